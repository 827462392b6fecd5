<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// Module configuration
$_ADDONLANG['module_name'] = '流量分析';
$_ADDONLANG['module_description'] = '统计、排行并以图表展示 V2RaySocks 服务、用户与节点的流量。';
$_ADDONLANG['interface_language'] = '界面语言';
$_ADDONLANG['language_description'] = '本插件页面所用的语言。';
$_ADDONLANG['v2raysocks_database_server'] = 'V2RaySocks 数据库服务器';
$_ADDONLANG['server_description'] = '要读取其数据库的 V2RaySocks 服务器，服务器名称必须是数据库名称。';
$_ADDONLANG['redis_ip'] = 'Redis 地址';
$_ADDONLANG['redis_ip_description'] = 'Redis 的主机名、地址或套接字路径。留空则不缓存。';
$_ADDONLANG['redis_port'] = 'Redis 端口';
$_ADDONLANG['redis_port_description'] = 'Redis 的端口，通常为 6379。';
$_ADDONLANG['redis_password'] = 'Redis 密码';
$_ADDONLANG['redis_password_description'] = 'Redis 无需密码时留空。';
$_ADDONLANG['refresh_interval'] = '刷新间隔（秒）';
$_ADDONLANG['refresh_interval_description'] = '页面的刷新频率。';
$_ADDONLANG['realtime_refresh_interval'] = '实时刷新间隔（秒）';
$_ADDONLANG['realtime_refresh_interval_description'] = '实时页面的刷新频率。';
$_ADDONLANG['seconds'] = '秒';
$_ADDONLANG['minute'] = '分钟';
$_ADDONLANG['default_display_unit'] = '默认单位';
$_ADDONLANG['auto_best_fit'] = '自动（最合适）';
$_ADDONLANG['default_unit_description'] = '显示流量所用的单位。';
$_ADDONLANG['chart_display_unit'] = '图表单位';
$_ADDONLANG['chart_unit_description'] = '图表所用的单位。';

// Navigation
$_ADDONLANG['real_time_monitor'] = '实时统计';
$_ADDONLANG['user_statistics'] = '用户统计';
$_ADDONLANG['node_statistics'] = '节点统计';
$_ADDONLANG['service_search'] = '服务搜索';
$_ADDONLANG['today_traffic_chart'] = '今日流量';

// Filters, forms, buttons
$_ADDONLANG['time_range'] = '时间范围';
$_ADDONLANG['user_id'] = '用户 ID';
$_ADDONLANG['service_id'] = '服务 ID';
$_ADDONLANG['node_id'] = '节点 ID';
$_ADDONLANG['start_date'] = '开始日期';
$_ADDONLANG['end_date'] = '结束日期';
$_ADDONLANG['apply_filter'] = '应用';
$_ADDONLANG['export_data'] = '导出数据';
$_ADDONLANG['refresh'] = '刷新';
$_ADDONLANG['search'] = '搜索';
$_ADDONLANG['search_placeholder'] = '输入以搜索';
$_ADDONLANG['search_results'] = '搜索结果';
$_ADDONLANG['no_results'] = '未找到结果';
$_ADDONLANG['submit'] = '提交';
$_ADDONLANG['reset'] = '重置';
$_ADDONLANG['cancel'] = '取消';
$_ADDONLANG['save'] = '保存';
$_ADDONLANG['close'] = '关闭';
$_ADDONLANG['clear'] = '清除';
$_ADDONLANG['export'] = '导出';

// Time ranges
$_ADDONLANG['last_5_minutes'] = '最近 5 分钟';
$_ADDONLANG['last_10_minutes'] = '最近 10 分钟';
$_ADDONLANG['last_30_minutes'] = '最近 30 分钟';
$_ADDONLANG['last_hour'] = '最近一小时';
$_ADDONLANG['last_1_hour'] = '最近 1 小时';
$_ADDONLANG['last_2_hours'] = '最近 2 小时';
$_ADDONLANG['last_3_hours'] = '最近 3 小时';
$_ADDONLANG['last_6_hours'] = '最近 6 小时';
$_ADDONLANG['last_12_hours'] = '最近 12 小时';
$_ADDONLANG['today'] = '今天';
$_ADDONLANG['today_range'] = '今日';
$_ADDONLANG['yesterday'] = '昨天';
$_ADDONLANG['last_7_days'] = '最近 7 天';
$_ADDONLANG['last_15_days'] = '最近 15 天';
$_ADDONLANG['last_30_days'] = '最近 30 天';
$_ADDONLANG['custom_time_range'] = '自定义时间';
$_ADDONLANG['custom_date_range'] = '自定义日期';

// Table headers
$_ADDONLANG['timestamp'] = '时间戳';
$_ADDONLANG['uuid'] = 'UUID';
$_ADDONLANG['node_name'] = '节点名称';
$_ADDONLANG['upload'] = '上传';
$_ADDONLANG['download'] = '下载';
$_ADDONLANG['total'] = '合计';
$_ADDONLANG['total_traffic'] = '总流量';
$_ADDONLANG['cumulative_upload'] = '累计上传';
$_ADDONLANG['cumulative_download'] = '累计下载';
$_ADDONLANG['total_cumulative_traffic'] = '累计总流量';
$_ADDONLANG['speed_limit'] = '节点限速';
$_ADDONLANG['excessive_speed_limit'] = '超额后限速';
$_ADDONLANG['ss_limit'] = 'SS 限速';
$_ADDONLANG['v2ray_limit'] = 'V2Ray 限速';
$_ADDONLANG['status'] = '状态';
$_ADDONLANG['actions'] = '操作';
$_ADDONLANG['ranking'] = '排名';
$_ADDONLANG['address'] = '地址';
$_ADDONLANG['country'] = '国家';

// Status and messages
$_ADDONLANG['online'] = '在线';
$_ADDONLANG['offline'] = '离线';
$_ADDONLANG['active'] = '正常';
$_ADDONLANG['inactive'] = '已停用';
$_ADDONLANG['yes'] = '是';
$_ADDONLANG['no'] = '否';
$_ADDONLANG['loading'] = '加载中…';
$_ADDONLANG['no_data'] = '暂无数据';
$_ADDONLANG['error_loading'] = '数据无法加载';
$_ADDONLANG['data_updated'] = '数据已更新';
$_ADDONLANG['export_success'] = '导出成功';
$_ADDONLANG['loading_failed'] = '加载失败';
$_ADDONLANG['unknown_error'] = '未知错误';
$_ADDONLANG['network_error_retry'] = '网络错误，请重试';
$_ADDONLANG['network_connection_error'] = '网络连接错误';

// Units
$_ADDONLANG['bytes'] = '字节';
$_ADDONLANG['kb'] = 'KB';
$_ADDONLANG['mb'] = 'MB';
$_ADDONLANG['gb'] = 'GB';
$_ADDONLANG['tb'] = 'TB';
$_ADDONLANG['pb'] = 'PB';
$_ADDONLANG['per_second'] = '/秒';
$_ADDONLANG['unit'] = '单位';
$_ADDONLANG['auto'] = '自动';
$_ADDONLANG['chart_unit'] = '图表单位';
$_ADDONLANG['traffic'] = '流量';

// Errors
$_ADDONLANG['connection_error'] = '连接错误';
$_ADDONLANG['database_error'] = '数据库错误';
$_ADDONLANG['permission_denied'] = '权限不足';
$_ADDONLANG['invalid_parameters'] = '参数无效';
$_ADDONLANG['feature_not_available'] = '此功能不可用';

// Pagination
$_ADDONLANG['showing_records'] = '第 {start} 至 {end} 条，共 {total} 条';
$_ADDONLANG['page_info'] = '第 {current} 页，共 {total} 页';
$_ADDONLANG['first_page'] = '首页';
$_ADDONLANG['previous_page'] = '上一页';
$_ADDONLANG['next_page'] = '下一页';
$_ADDONLANG['last_page'] = '末页';
$_ADDONLANG['records_per_page_label'] = '每页行数';

// Export dialogs
$_ADDONLANG['export_service_traffic_data'] = '导出服务流量';
$_ADDONLANG['export_type'] = '导出内容';
$_ADDONLANG['all_filtered_data'] = '所有符合条件的数据';
$_ADDONLANG['limited_number_of_records'] = '指定行数';
$_ADDONLANG['number_of_records'] = '行数';
$_ADDONLANG['start_date_label'] = '开始日期';
$_ADDONLANG['end_date_label'] = '结束日期';
$_ADDONLANG['start_time_label'] = '开始时间';
$_ADDONLANG['end_time_label'] = '结束时间';
$_ADDONLANG['time_range_today_only'] = '时间仅限今天';
$_ADDONLANG['format'] = '格式';
$_ADDONLANG['excel'] = 'Excel';
$_ADDONLANG['csv'] = 'CSV';
$_ADDONLANG['json'] = 'JSON';
$_ADDONLANG['export_type_label'] = '导出类型';
$_ADDONLANG['all_data_option'] = '全部数据';
$_ADDONLANG['custom_quantity_option'] = '自定义数量';
$_ADDONLANG['number_of_records_label'] = '行数';
$_ADDONLANG['format_label'] = '格式';
$_ADDONLANG['cancel_button'] = '取消';
$_ADDONLANG['confirm_export'] = '确认导出';
$_ADDONLANG['export_usage_records'] = '导出使用记录';

// Validation and relative time
$_ADDONLANG['select_start_end_dates'] = '请选择开始与结束日期';
$_ADDONLANG['date_format_incorrect'] = '日期格式不正确';
$_ADDONLANG['date_invalid'] = '日期无效';
$_ADDONLANG['start_date_after_end_date'] = '开始日期晚于结束日期';
$_ADDONLANG['select_start_end_times'] = '请选择开始与结束时间';
$_ADDONLANG['minutes_ago'] = ' 分钟前';
$_ADDONLANG['hours_ago'] = ' 小时前';
$_ADDONLANG['days_ago'] = ' 天前';

// Charts
$_ADDONLANG['time'] = '时间';
$_ADDONLANG['time_axis'] = '时间';
$_ADDONLANG['upload_and_download'] = '上传与下载';
$_ADDONLANG['cumulative_traffic'] = '累计流量';
$_ADDONLANG['upload_download'] = '上传/下载';
$_ADDONLANG['display_mode'] = '显示方式';
$_ADDONLANG['chart_display_mode'] = '图表显示方式';
$_ADDONLANG['traffic_chart'] = '流量图表';
$_ADDONLANG['traffic_unit'] = '流量（{unit}）';

// Dashboard
$_ADDONLANG['traffic_dashboard'] = '流量总览';
$_ADDONLANG['live_statistics'] = '实时统计';
$_ADDONLANG['total_users'] = '用户总数';
$_ADDONLANG['active_users_5min'] = '活跃用户（5 分钟）';
$_ADDONLANG['active_users_1hour'] = '活跃用户（1 小时）';
$_ADDONLANG['active_users_4hour'] = '活跃用户（4 小时）';
$_ADDONLANG['active_users_24h'] = '活跃用户（24 小时）';
$_ADDONLANG['online_nodes'] = '在线节点';
$_ADDONLANG['today_traffic'] = '今日流量';
$_ADDONLANG['traffic_5min'] = '5 分钟流量';
$_ADDONLANG['traffic_1hour'] = '1 小时流量';
$_ADDONLANG['traffic_monthly'] = '本月流量';
$_ADDONLANG['total_upload'] = '总上传';
$_ADDONLANG['total_download'] = '总下载';
$_ADDONLANG['first_record'] = '首条记录';
$_ADDONLANG['records_found'] = '记录数';
$_ADDONLANG['chart_type'] = '显示方式';
$_ADDONLANG['upload_vs_download'] = '上传与下载对比';
$_ADDONLANG['peak_time'] = '高峰时间';
$_ADDONLANG['idle_time'] = '低谷时间';
$_ADDONLANG['peak_traffic'] = '高峰流量';
$_ADDONLANG['idle_traffic'] = '低谷流量';
$_ADDONLANG['historical_peak'] = '历史高峰日';
$_ADDONLANG['peak_traffic_amount'] = '高峰日流量';
$_ADDONLANG['traffic_usage_over_time'] = '流量随时间变化';
$_ADDONLANG['hourly_traffic_pattern'] = '每小时流量';

// User rankings
$_ADDONLANG['user_rankings'] = '用户排行';
$_ADDONLANG['user_rankings_title'] = '用户流量排行';
$_ADDONLANG['user_rankings_table_title'] = '用户流量排行表';
$_ADDONLANG['user_rankings_loading'] = '正在加载排行…';
$_ADDONLANG['loading_user_rankings'] = '正在加载用户排行…';
$_ADDONLANG['sort_by'] = '排序方式';
$_ADDONLANG['display_count'] = '显示数量';
$_ADDONLANG['refresh_rankings'] = '刷新排行';
$_ADDONLANG['traffic_usage_high_to_low'] = '流量由高到低';
$_ADDONLANG['traffic_usage_low_to_high'] = '流量由低到高';
$_ADDONLANG['remaining_traffic_high_to_low'] = '剩余流量由高到低';
$_ADDONLANG['remaining_traffic_low_to_high'] = '剩余流量由低到高';
$_ADDONLANG['used_nodes_count'] = '使用节点数';
$_ADDONLANG['recent_activity'] = '最近活动';
$_ADDONLANG['used_traffic'] = '期间已用流量';
$_ADDONLANG['remaining_traffic'] = '剩余流量';
$_ADDONLANG['traffic_usage_rate'] = '使用率';
$_ADDONLANG['used_nodes'] = '使用节点';
$_ADDONLANG['ss_speed_limit'] = 'SS 限速';
$_ADDONLANG['other_speed_limit'] = '其他协议限速';
$_ADDONLANG['record_count'] = '记录数';
$_ADDONLANG['last_active'] = '最后活动';
$_ADDONLANG['user_details'] = '用户详情';
$_ADDONLANG['traffic_history'] = '流量历史';
$_ADDONLANG['usage_summary'] = '使用概要';
$_ADDONLANG['transfer_quota'] = '流量配额';
$_ADDONLANG['used_quota'] = '已用配额';
$_ADDONLANG['remaining_quota'] = '剩余配额';
$_ADDONLANG['user_id_label'] = '用户 ID';
$_ADDONLANG['time_range_label'] = '时间范围';
$_ADDONLANG['total_traffic_label'] = '总流量';
$_ADDONLANG['user_traffic_usage_trends'] = '用户 {user_id} 的流量趋势';
$_ADDONLANG['upload_traffic_unit'] = '上传（{unit}）';
$_ADDONLANG['download_traffic_unit'] = '下载（{unit}）';
$_ADDONLANG['total_traffic_unit'] = '合计（{unit}）';
$_ADDONLANG['cumulative_upload_unit'] = '累计上传（{unit}）';
$_ADDONLANG['cumulative_download_unit'] = '累计下载（{unit}）';
$_ADDONLANG['total_cumulative_traffic_unit'] = '累计总流量（{unit}）';
$_ADDONLANG['no_user_selected'] = '未选择用户';
$_ADDONLANG['no_usage_records'] = '暂无使用记录';
$_ADDONLANG['failed_load_usage_records'] = '使用记录加载失败';
$_ADDONLANG['loading_usage_records'] = '正在加载使用记录…';

// Service search
$_ADDONLANG['search_type'] = '搜索类型';
$_ADDONLANG['search_traffic'] = '搜索流量';
$_ADDONLANG['service_traffic_chart'] = '服务流量图表';
$_ADDONLANG['service_traffic_records'] = '服务流量记录';
$_ADDONLANG['enter_service_id'] = '请输入服务 ID';
$_ADDONLANG['enter_user_id'] = '请输入用户 ID';
$_ADDONLANG['enter_uuid'] = '请输入 UUID';
$_ADDONLANG['search_to_view_data'] = '请先搜索以查看数据';
$_ADDONLANG['violation_count'] = '违规次数';
$_ADDONLANG['service_details'] = '服务详情';
$_ADDONLANG['independent_search'] = '独立搜索';
$_ADDONLANG['search_type_label'] = '搜索类型';
$_ADDONLANG['search_value_label'] = '搜索内容';
$_ADDONLANG['search_value_placeholder'] = '请输入搜索内容';
$_ADDONLANG['current_search_conditions'] = '当前搜索条件';
$_ADDONLANG['uuid_search_label'] = 'UUID 搜索';
$_ADDONLANG['no_traffic_data'] = '暂无流量数据';
$_ADDONLANG['no_traffic_records_period'] = '该时段暂无流量记录';

// Node statistics
$_ADDONLANG['node_rankings_title_today'] = '节点流量统计';
$_ADDONLANG['node_rankings_table_title_today'] = '节点流量排行';
$_ADDONLANG['node_rankings_loading'] = '正在加载节点…';
$_ADDONLANG['loading_node_rankings'] = '正在加载节点排行…';
$_ADDONLANG['node_details_title'] = '节点详情';
$_ADDONLANG['node_info_loading'] = '正在加载节点信息…';
$_ADDONLANG['show_offline_nodes'] = '显示离线节点';
$_ADDONLANG['used_users_count'] = '使用用户数';
$_ADDONLANG['total_traffic_limit'] = '总流量限制';
$_ADDONLANG['online_status'] = '在线状态';
$_ADDONLANG['user_count'] = '用户数';
$_ADDONLANG['last_online'] = '最后在线';
$_ADDONLANG['all_option'] = '全部';
$_ADDONLANG['node_search_label'] = '节点搜索';
$_ADDONLANG['node_search_placeholder'] = '节点名称关键字';
$_ADDONLANG['time_column'] = '时间';
$_ADDONLANG['node_column'] = '节点';
$_ADDONLANG['rate_column'] = '倍率';
$_ADDONLANG['node_name_label'] = '节点名称';
$_ADDONLANG['protocol'] = '协议';
$_ADDONLANG['billing_rate'] = '计费倍率';
$_ADDONLANG['node_prefix'] = '节点';
$_ADDONLANG['node_today_usage_trends'] = '{node_name} 今日流量趋势';
$_ADDONLANG['node_id_label'] = '节点 ID';
$_ADDONLANG['no_node_selected'] = '未选择节点';

// Live page
$_ADDONLANG['recent_5min_traffic'] = '最近 5 分钟';
$_ADDONLANG['recent_1hour_traffic'] = '最近 1 小时';
$_ADDONLANG['recent_4hour_traffic'] = '最近 4 小时';
$_ADDONLANG['recent_5min_traffic_label'] = '最近 5 分钟流量';
$_ADDONLANG['recent_1hour_traffic_label'] = '最近 1 小时流量';
$_ADDONLANG['recent_4hour_traffic_label'] = '最近 4 小时流量';
$_ADDONLANG['traffic_4hour'] = '4 小时流量';

// Histories
$_ADDONLANG['used_traffic_statistics'] = '累计已用流量';
$_ADDONLANG['today_traffic_history'] = '今日流量记录';

// Texts of this version
$_ADDONLANG['to'] = '至';
$_ADDONLANG['all_time'] = '全部时间';
$_ADDONLANG['this_month'] = '本月';
$_ADDONLANG['no_limit'] = '无限制';
$_ADDONLANG['unknown'] = '未知';
$_ADDONLANG['no_server_hint'] = '未找到 V2RaySocks 服务器，请先在 WHMCS 的服务器设置中添加';
$_ADDONLANG['data_dir'] = '数据目录';
$_ADDONLANG['data_dir_description'] = '扩展保存快照的目录，PHP 须可写且位于网站目录之外。留空则以 php.ini 为准。';
$_ADDONLANG['engine_refresh_interval_ms'] = '引擎检查新记录的间隔';
$_ADDONLANG['engine_refresh_interval_ms_description'] = '扩展的结果最多落后数据库多少毫秒；0 表示每次回答前都检查。';
$_ADDONLANG['rollup_days'] = '预汇总保留天数';
$_ADDONLANG['rollup_days_description'] = 'daily_user_traffic 与 daily_node_traffic 保留多少天';
$_ADDONLANG['rollup_hourly_days'] = '每小时预汇总保留天数';
$_ADDONLANG['rollup_hourly_days_description'] = 'hourly_stats 保留多少天';
$_ADDONLANG['engine_enabled'] = '使用扩展';
$_ADDONLANG['engine_enabled_description'] = '已加载 PHP 扩展 traffic_engine 时由其回答，否则由数据库回答。';
$_ADDONLANG['engine_status'] = '引擎状态';
$_ADDONLANG['module_version'] = '插件版本';
$_ADDONLANG['php_version'] = 'PHP 版本';
$_ADDONLANG['answered_by'] = '回答来源';
$_ADDONLANG['by_extension'] = '扩展';
$_ADDONLANG['by_database'] = '数据库';
$_ADDONLANG['extension_loaded'] = '扩展已加载';
$_ADDONLANG['extension_version'] = '扩展版本';
$_ADDONLANG['data_directory'] = '数据目录';
$_ADDONLANG['snapshot'] = '快照';
$_ADDONLANG['snapshot_generation'] = '快照代数';
$_ADDONLANG['snapshot_watermark'] = '行 ID 截至';
$_ADDONLANG['snapshot_age_ms'] = '快照时长（毫秒）';
$_ADDONLANG['snapshot_verified_age_ms'] = '距上次核对（毫秒）';
$_ADDONLANG['snapshot_rows'] = '行数';
$_ADDONLANG['snapshot_segments'] = '段数';
$_ADDONLANG['snapshot_bytes'] = '大小';
$_ADDONLANG['snapshot_detail_days'] = '保留明细的合并日';
$_ADDONLANG['snapshot_detail_since'] = '节点与小时明细完整自';
$_ADDONLANG['snapshot_unattributed'] = '无明细的合并流量';
$_ADDONLANG['snapshot_disagreements'] = '明细多于合计的用户日数';
$_ADDONLANG['all_known'] = '全部已知';
$_ADDONLANG['detail_known_since'] = '面板已合并日期的节点流量完整自';
$_ADDONLANG['cache_state'] = 'Redis 缓存';
$_ADDONLANG['cache_hit_ratio'] = '缓存命中率';
$_ADDONLANG['missing_indexes'] = '缺少的索引';
$_ADDONLANG['missing_tables'] = '缺少的预汇总表';
$_ADDONLANG['pre_aggregates'] = '预汇总';
$_ADDONLANG['pre_aggregates_days'] = '{days} 天，{first} 至 {last}（{zone}），{stale} 天待汇总；核对于 {checked}';
$_ADDONLANG['pre_aggregates_older'] = '表为旧格式；请再次创建汇总表';
$_ADDONLANG['none_missing'] = '无';
$_ADDONLANG['last_fallback'] = '扩展最近一次故障';
$_ADDONLANG['never'] = '从未';
$_ADDONLANG['time_zone'] = '日期与小时所用时区';
$_ADDONLANG['create_indexes'] = '创建索引';
$_ADDONLANG['indexes'] = '索引';
$_ADDONLANG['index_note'] = '缺少以下索引，创建后查询会更快。创建期间不影响其他读写，只需要 INDEX 权限；大小和时间为估计值。';
$_ADDONLANG['index_none_missing'] = '没有缺少有用的索引。';
$_ADDONLANG['index_running'] = '正在创建索引';
$_ADDONLANG['index_on'] = '所在列';
$_ADDONLANG['index_why'] = '原因';
$_ADDONLANG['index_size'] = '大小';
$_ADDONLANG['index_time'] = '时间';
$_ADDONLANG['index_sql'] = '语句';
$_ADDONLANG['index_verdict'] = '评价';
$_ADDONLANG['index_helps'] = '有用';
$_ADDONLANG['index_droppable'] = '可以删除';
$_ADDONLANG['index_of_others'] = '属于其他程序';
$_ADDONLANG['drop_index'] = '删除';
$_ADDONLANG['index_made'] = '已创建：';
$_ADDONLANG['index_question'] = '数据库查询';
$_ADDONLANG['index_before'] = '之前';
$_ADDONLANG['index_after'] = '之后';
$_ADDONLANG['undo_indexes'] = '撤销：删除已创建的索引';
$_ADDONLANG['index_question_today'] = '今日流量前 100 名用户';
$_ADDONLANG['index_question_month'] = '本月流量前 100 名用户';
$_ADDONLANG['index_question_nodes'] = '本月节点';
$_ADDONLANG['index_question_live'] = '实时数据';
$_ADDONLANG['index_why_idx_user_usage_large_data'] = '查询某一时段时只需读取索引中该时段的行';
$_ADDONLANG['index_why_idx_user_sid'] = '按服务查询时可直接找到其用户';
$_ADDONLANG['index_why_idx_user_uuid'] = '按 UUID 查询时可直接找到其用户';
$_ADDONLANG['index_why_idx_user_usage_user_time'] = '数据库会用它按用户汇总一天的数据，反而更慢；只有在没有数据目录时查询单个用户数月的数据才有用';
$_ADDONLANG['index_why_idx_user_usage_node_time'] = '查询某节点某时段时同样可用 idx_user_usage_large_data';
$_ADDONLANG['index_why_idx_user_usage_time_traffic'] = 'idx_user_usage_large_data 可满足同样的查询';
$_ADDONLANG['index_why_idx_user_enable'] = '它只有两个值，没有查询会用到';
$_ADDONLANG['index_why_idx_node_name'] = '该表太小，不需要它';
$_ADDONLANG['index_why_idx_node_id_name'] = '主键可满足同样的查询';
$_ADDONLANG['index_why_idx_user_enable_transfer'] = '每个查询都读取全部用户，或按 id 读取一个';
$_ADDONLANG['create_pre_aggregation'] = '创建汇总表';
$_ADDONLANG['update_pre_aggregation'] = '更新汇总';
$_ADDONLANG['engine_retry'] = '重试扩展';
$_ADDONLANG['clear_cache'] = '清除缓存';
$_ADDONLANG['changes_database'] = '此操作会更改 V2RaySocks 数据库。';
$_ADDONLANG['activated'] = '插件已启用。请在设置中选择 V2RaySocks 服务器，并在状态页创建索引。';
$_ADDONLANG['deactivated'] = '插件已停用，V2RaySocks 数据库中的内容均未删除。';
$_ADDONLANG['upgraded'] = '插件已升级。';
$_ADDONLANG['rows_shown'] = '仅显示前 {count} 行，导出可获得全部数据。';
$_ADDONLANG['incomplete_nodes'] = '在此之前的日期在保留其明细之前已被面板合并：其节点与小时未知，或只有每日合计；跨多日的用户数与节点数至少为其中一日的数值。';
