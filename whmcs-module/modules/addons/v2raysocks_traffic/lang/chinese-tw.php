<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// Module configuration
$_ADDONLANG['module_name'] = '流量分析';
$_ADDONLANG['module_description'] = '統計、排行並以圖表展示 V2RaySocks 服務、使用者與節點的流量。';
$_ADDONLANG['interface_language'] = '介面語言';
$_ADDONLANG['language_description'] = '本外掛頁面所用的語言。';
$_ADDONLANG['v2raysocks_database_server'] = 'V2RaySocks 資料庫伺服器';
$_ADDONLANG['server_description'] = '要讀取其資料庫的 V2RaySocks 伺服器，伺服器名稱必須是資料庫名稱。';
$_ADDONLANG['redis_ip'] = 'Redis 地址';
$_ADDONLANG['redis_ip_description'] = 'Redis 的主機名稱、地址或通訊端路徑。留空則不快取。';
$_ADDONLANG['redis_port'] = 'Redis 連接埠';
$_ADDONLANG['redis_port_description'] = 'Redis 的連接埠，通常為 6379。';
$_ADDONLANG['redis_password'] = 'Redis 密碼';
$_ADDONLANG['redis_password_description'] = 'Redis 無需密碼時留空。';
$_ADDONLANG['refresh_interval'] = '重新整理間隔（秒）';
$_ADDONLANG['refresh_interval_description'] = '頁面的重新整理頻率。';
$_ADDONLANG['realtime_refresh_interval'] = '即時重新整理間隔（秒）';
$_ADDONLANG['realtime_refresh_interval_description'] = '即時頁面的重新整理頻率。';
$_ADDONLANG['seconds'] = '秒';
$_ADDONLANG['minute'] = '分鐘';
$_ADDONLANG['default_display_unit'] = '預設單位';
$_ADDONLANG['auto_best_fit'] = '自動（最合適）';
$_ADDONLANG['default_unit_description'] = '顯示流量所用的單位。';
$_ADDONLANG['chart_display_unit'] = '圖表單位';
$_ADDONLANG['chart_unit_description'] = '圖表所用的單位。';

// Navigation
$_ADDONLANG['real_time_monitor'] = '即時統計';
$_ADDONLANG['user_statistics'] = '使用者統計';
$_ADDONLANG['node_statistics'] = '節點統計';
$_ADDONLANG['service_search'] = '服務搜尋';
$_ADDONLANG['today_traffic_chart'] = '今日流量';

// Filters, forms, buttons
$_ADDONLANG['time_range'] = '時間範圍';
$_ADDONLANG['user_id'] = '使用者 ID';
$_ADDONLANG['service_id'] = '服務 ID';
$_ADDONLANG['node_id'] = '節點 ID';
$_ADDONLANG['start_date'] = '開始日期';
$_ADDONLANG['end_date'] = '結束日期';
$_ADDONLANG['apply_filter'] = '套用';
$_ADDONLANG['export_data'] = '匯出資料';
$_ADDONLANG['refresh'] = '重新整理';
$_ADDONLANG['search'] = '搜尋';
$_ADDONLANG['search_placeholder'] = '輸入以搜尋';
$_ADDONLANG['search_results'] = '搜尋結果';
$_ADDONLANG['no_results'] = '未找到結果';
$_ADDONLANG['submit'] = '送出';
$_ADDONLANG['reset'] = '重設';
$_ADDONLANG['cancel'] = '取消';
$_ADDONLANG['save'] = '儲存';
$_ADDONLANG['close'] = '關閉';
$_ADDONLANG['clear'] = '清除';
$_ADDONLANG['export'] = '匯出';

// Time ranges
$_ADDONLANG['last_5_minutes'] = '最近 5 分鐘';
$_ADDONLANG['last_10_minutes'] = '最近 10 分鐘';
$_ADDONLANG['last_30_minutes'] = '最近 30 分鐘';
$_ADDONLANG['last_hour'] = '最近一小時';
$_ADDONLANG['last_1_hour'] = '最近 1 小時';
$_ADDONLANG['last_2_hours'] = '最近 2 小時';
$_ADDONLANG['last_3_hours'] = '最近 3 小時';
$_ADDONLANG['last_6_hours'] = '最近 6 小時';
$_ADDONLANG['last_12_hours'] = '最近 12 小時';
$_ADDONLANG['today'] = '今天';
$_ADDONLANG['today_range'] = '今日';
$_ADDONLANG['yesterday'] = '昨天';
$_ADDONLANG['last_7_days'] = '最近 7 天';
$_ADDONLANG['last_15_days'] = '最近 15 天';
$_ADDONLANG['last_30_days'] = '最近 30 天';
$_ADDONLANG['custom_time_range'] = '自訂時間';
$_ADDONLANG['custom_date_range'] = '自訂日期';

// Table headers
$_ADDONLANG['timestamp'] = '時間戳';
$_ADDONLANG['uuid'] = 'UUID';
$_ADDONLANG['node_name'] = '節點名稱';
$_ADDONLANG['upload'] = '上傳';
$_ADDONLANG['download'] = '下載';
$_ADDONLANG['total'] = '合計';
$_ADDONLANG['total_traffic'] = '總流量';
$_ADDONLANG['cumulative_upload'] = '累計上傳';
$_ADDONLANG['cumulative_download'] = '累計下載';
$_ADDONLANG['total_cumulative_traffic'] = '累計總流量';
$_ADDONLANG['speed_limit'] = '節點限速';
$_ADDONLANG['excessive_speed_limit'] = '超額後限速';
$_ADDONLANG['ss_limit'] = 'SS 限速';
$_ADDONLANG['v2ray_limit'] = 'V2Ray 限速';
$_ADDONLANG['status'] = '狀態';
$_ADDONLANG['actions'] = '操作';
$_ADDONLANG['ranking'] = '排名';
$_ADDONLANG['address'] = '地址';
$_ADDONLANG['country'] = '國家';

// Status and messages
$_ADDONLANG['online'] = '線上';
$_ADDONLANG['offline'] = '離線';
$_ADDONLANG['active'] = '正常';
$_ADDONLANG['inactive'] = '已停用';
$_ADDONLANG['yes'] = '是';
$_ADDONLANG['no'] = '否';
$_ADDONLANG['loading'] = '載入中…';
$_ADDONLANG['no_data'] = '暫無資料';
$_ADDONLANG['error_loading'] = '資料無法載入';
$_ADDONLANG['data_updated'] = '資料已更新';
$_ADDONLANG['export_success'] = '匯出成功';
$_ADDONLANG['loading_failed'] = '載入失敗';
$_ADDONLANG['unknown_error'] = '未知錯誤';
$_ADDONLANG['network_error_retry'] = '網路錯誤，請重試';
$_ADDONLANG['network_connection_error'] = '網路連接錯誤';

// Units
$_ADDONLANG['bytes'] = '位元組';
$_ADDONLANG['kb'] = 'KB';
$_ADDONLANG['mb'] = 'MB';
$_ADDONLANG['gb'] = 'GB';
$_ADDONLANG['tb'] = 'TB';
$_ADDONLANG['pb'] = 'PB';
$_ADDONLANG['per_second'] = '/秒';
$_ADDONLANG['unit'] = '單位';
$_ADDONLANG['auto'] = '自動';
$_ADDONLANG['chart_unit'] = '圖表單位';
$_ADDONLANG['traffic'] = '流量';

// Errors
$_ADDONLANG['connection_error'] = '連接錯誤';
$_ADDONLANG['database_error'] = '資料庫錯誤';
$_ADDONLANG['permission_denied'] = '權限不足';
$_ADDONLANG['invalid_parameters'] = '參數無效';
$_ADDONLANG['feature_not_available'] = '此功能不可用';

// Pagination
$_ADDONLANG['showing_records'] = '第 {start} 至 {end} 條，共 {total} 條';
$_ADDONLANG['page_info'] = '第 {current} 頁，共 {total} 頁';
$_ADDONLANG['first_page'] = '首頁';
$_ADDONLANG['previous_page'] = '上一頁';
$_ADDONLANG['next_page'] = '下一頁';
$_ADDONLANG['last_page'] = '最末頁';
$_ADDONLANG['records_per_page_label'] = '每頁行數';

// Export dialogs
$_ADDONLANG['export_service_traffic_data'] = '匯出服務流量';
$_ADDONLANG['export_type'] = '匯出內容';
$_ADDONLANG['all_filtered_data'] = '所有符合條件的資料';
$_ADDONLANG['limited_number_of_records'] = '指定行數';
$_ADDONLANG['number_of_records'] = '行數';
$_ADDONLANG['start_date_label'] = '開始日期';
$_ADDONLANG['end_date_label'] = '結束日期';
$_ADDONLANG['start_time_label'] = '開始時間';
$_ADDONLANG['end_time_label'] = '結束時間';
$_ADDONLANG['time_range_today_only'] = '時間僅限今天';
$_ADDONLANG['format'] = '格式';
$_ADDONLANG['excel'] = 'Excel';
$_ADDONLANG['csv'] = 'CSV';
$_ADDONLANG['json'] = 'JSON';
$_ADDONLANG['export_type_label'] = '匯出類型';
$_ADDONLANG['all_data_option'] = '全部資料';
$_ADDONLANG['custom_quantity_option'] = '自訂數量';
$_ADDONLANG['number_of_records_label'] = '行數';
$_ADDONLANG['format_label'] = '格式';
$_ADDONLANG['cancel_button'] = '取消';
$_ADDONLANG['confirm_export'] = '確認匯出';
$_ADDONLANG['export_usage_records'] = '匯出使用記錄';

// Validation and relative time
$_ADDONLANG['select_start_end_dates'] = '請選擇開始與結束日期';
$_ADDONLANG['date_format_incorrect'] = '日期格式不正確';
$_ADDONLANG['date_invalid'] = '日期無效';
$_ADDONLANG['start_date_after_end_date'] = '開始日期晚於結束日期';
$_ADDONLANG['select_start_end_times'] = '請選擇開始與結束時間';
$_ADDONLANG['minutes_ago'] = ' 分鐘前';
$_ADDONLANG['hours_ago'] = ' 小時前';
$_ADDONLANG['days_ago'] = ' 天前';

// Charts
$_ADDONLANG['time'] = '時間';
$_ADDONLANG['time_axis'] = '時間';
$_ADDONLANG['upload_and_download'] = '上傳與下載';
$_ADDONLANG['cumulative_traffic'] = '累計流量';
$_ADDONLANG['upload_download'] = '上傳/下載';
$_ADDONLANG['display_mode'] = '顯示方式';
$_ADDONLANG['chart_display_mode'] = '圖表顯示方式';
$_ADDONLANG['traffic_chart'] = '流量圖表';
$_ADDONLANG['traffic_unit'] = '流量（{unit}）';

// Dashboard
$_ADDONLANG['traffic_dashboard'] = '流量總覽';
$_ADDONLANG['live_statistics'] = '即時統計';
$_ADDONLANG['total_users'] = '使用者總數';
$_ADDONLANG['active_users_5min'] = '活躍使用者（5 分鐘）';
$_ADDONLANG['active_users_1hour'] = '活躍使用者（1 小時）';
$_ADDONLANG['active_users_4hour'] = '活躍使用者（4 小時）';
$_ADDONLANG['active_users_24h'] = '活躍使用者（24 小時）';
$_ADDONLANG['online_nodes'] = '線上節點';
$_ADDONLANG['today_traffic'] = '今日流量';
$_ADDONLANG['traffic_5min'] = '5 分鐘流量';
$_ADDONLANG['traffic_1hour'] = '1 小時流量';
$_ADDONLANG['traffic_monthly'] = '本月流量';
$_ADDONLANG['total_upload'] = '總上傳';
$_ADDONLANG['total_download'] = '總下載';
$_ADDONLANG['first_record'] = '首條記錄';
$_ADDONLANG['records_found'] = '記錄數';
$_ADDONLANG['chart_type'] = '顯示方式';
$_ADDONLANG['upload_vs_download'] = '上傳與下載對比';
$_ADDONLANG['peak_time'] = '高峰時間';
$_ADDONLANG['idle_time'] = '低谷時間';
$_ADDONLANG['peak_traffic'] = '高峰流量';
$_ADDONLANG['idle_traffic'] = '低谷流量';
$_ADDONLANG['historical_peak'] = '歷史高峰日';
$_ADDONLANG['peak_traffic_amount'] = '高峰日流量';
$_ADDONLANG['traffic_usage_over_time'] = '流量隨時間變化';
$_ADDONLANG['hourly_traffic_pattern'] = '每小時流量';

// User rankings
$_ADDONLANG['user_rankings'] = '使用者排行';
$_ADDONLANG['user_rankings_title'] = '使用者流量排行';
$_ADDONLANG['user_rankings_table_title'] = '使用者流量排行表';
$_ADDONLANG['user_rankings_loading'] = '正在載入排行…';
$_ADDONLANG['loading_user_rankings'] = '正在載入使用者排行…';
$_ADDONLANG['sort_by'] = '排序方式';
$_ADDONLANG['display_count'] = '顯示數量';
$_ADDONLANG['refresh_rankings'] = '重新整理排行';
$_ADDONLANG['traffic_usage_high_to_low'] = '流量由高到低';
$_ADDONLANG['traffic_usage_low_to_high'] = '流量由低到高';
$_ADDONLANG['remaining_traffic_high_to_low'] = '剩餘流量由高到低';
$_ADDONLANG['remaining_traffic_low_to_high'] = '剩餘流量由低到高';
$_ADDONLANG['used_nodes_count'] = '使用節點數';
$_ADDONLANG['recent_activity'] = '最近活動';
$_ADDONLANG['used_traffic'] = '期間已用流量';
$_ADDONLANG['remaining_traffic'] = '剩餘流量';
$_ADDONLANG['traffic_usage_rate'] = '使用率';
$_ADDONLANG['used_nodes'] = '使用節點';
$_ADDONLANG['ss_speed_limit'] = 'SS 限速';
$_ADDONLANG['other_speed_limit'] = '其他協議限速';
$_ADDONLANG['record_count'] = '記錄數';
$_ADDONLANG['last_active'] = '最後活動';
$_ADDONLANG['user_details'] = '使用者詳情';
$_ADDONLANG['traffic_history'] = '流量歷史';
$_ADDONLANG['usage_summary'] = '使用概要';
$_ADDONLANG['transfer_quota'] = '流量配額';
$_ADDONLANG['used_quota'] = '已用配額';
$_ADDONLANG['remaining_quota'] = '剩餘配額';
$_ADDONLANG['user_id_label'] = '使用者 ID';
$_ADDONLANG['time_range_label'] = '時間範圍';
$_ADDONLANG['total_traffic_label'] = '總流量';
$_ADDONLANG['user_traffic_usage_trends'] = '使用者 {user_id} 的流量趨勢';
$_ADDONLANG['upload_traffic_unit'] = '上傳（{unit}）';
$_ADDONLANG['download_traffic_unit'] = '下載（{unit}）';
$_ADDONLANG['total_traffic_unit'] = '合計（{unit}）';
$_ADDONLANG['cumulative_upload_unit'] = '累計上傳（{unit}）';
$_ADDONLANG['cumulative_download_unit'] = '累計下載（{unit}）';
$_ADDONLANG['total_cumulative_traffic_unit'] = '累計總流量（{unit}）';
$_ADDONLANG['no_user_selected'] = '未選擇使用者';
$_ADDONLANG['no_usage_records'] = '暫無使用記錄';
$_ADDONLANG['failed_load_usage_records'] = '使用記錄載入失敗';
$_ADDONLANG['loading_usage_records'] = '正在載入使用記錄…';

// Service search
$_ADDONLANG['search_type'] = '搜尋類型';
$_ADDONLANG['search_traffic'] = '搜尋流量';
$_ADDONLANG['service_traffic_chart'] = '服務流量圖表';
$_ADDONLANG['service_traffic_records'] = '服務流量記錄';
$_ADDONLANG['enter_service_id'] = '請輸入服務 ID';
$_ADDONLANG['enter_user_id'] = '請輸入使用者 ID';
$_ADDONLANG['enter_uuid'] = '請輸入 UUID';
$_ADDONLANG['search_to_view_data'] = '請先搜尋以查看資料';
$_ADDONLANG['violation_count'] = '違規次數';
$_ADDONLANG['service_details'] = '服務詳情';
$_ADDONLANG['independent_search'] = '獨立搜尋';
$_ADDONLANG['search_type_label'] = '搜尋類型';
$_ADDONLANG['search_value_label'] = '搜尋內容';
$_ADDONLANG['search_value_placeholder'] = '請輸入搜尋內容';
$_ADDONLANG['current_search_conditions'] = '當前搜尋條件';
$_ADDONLANG['uuid_search_label'] = 'UUID 搜尋';
$_ADDONLANG['no_traffic_data'] = '暫無流量資料';
$_ADDONLANG['no_traffic_records_period'] = '該時段暫無流量記錄';

// Node statistics
$_ADDONLANG['node_rankings_title_today'] = '節點流量統計';
$_ADDONLANG['node_rankings_table_title_today'] = '節點流量排行';
$_ADDONLANG['node_rankings_loading'] = '正在載入節點…';
$_ADDONLANG['loading_node_rankings'] = '正在載入節點排行…';
$_ADDONLANG['node_details_title'] = '節點詳情';
$_ADDONLANG['node_info_loading'] = '正在載入節點資訊…';
$_ADDONLANG['show_offline_nodes'] = '顯示離線節點';
$_ADDONLANG['used_users_count'] = '使用者數量';
$_ADDONLANG['total_traffic_limit'] = '總流量限制';
$_ADDONLANG['online_status'] = '線上狀態';
$_ADDONLANG['user_count'] = '使用者數';
$_ADDONLANG['last_online'] = '最後線上';
$_ADDONLANG['all_option'] = '全部';
$_ADDONLANG['node_search_label'] = '節點搜尋';
$_ADDONLANG['node_search_placeholder'] = '節點名稱關鍵字';
$_ADDONLANG['time_column'] = '時間';
$_ADDONLANG['node_column'] = '節點';
$_ADDONLANG['rate_column'] = '倍率';
$_ADDONLANG['node_name_label'] = '節點名稱';
$_ADDONLANG['protocol'] = '協議';
$_ADDONLANG['billing_rate'] = '計費倍率';
$_ADDONLANG['node_prefix'] = '節點';
$_ADDONLANG['node_today_usage_trends'] = '{node_name} 今日流量趨勢';
$_ADDONLANG['node_id_label'] = '節點 ID';
$_ADDONLANG['no_node_selected'] = '未選擇節點';

// Live page
$_ADDONLANG['recent_5min_traffic'] = '最近 5 分鐘';
$_ADDONLANG['recent_1hour_traffic'] = '最近 1 小時';
$_ADDONLANG['recent_4hour_traffic'] = '最近 4 小時';
$_ADDONLANG['recent_5min_traffic_label'] = '最近 5 分鐘流量';
$_ADDONLANG['recent_1hour_traffic_label'] = '最近 1 小時流量';
$_ADDONLANG['recent_4hour_traffic_label'] = '最近 4 小時流量';
$_ADDONLANG['traffic_4hour'] = '4 小時流量';

// Histories
$_ADDONLANG['used_traffic_statistics'] = '累計已用流量';
$_ADDONLANG['today_traffic_history'] = '今日流量記錄';

// Texts of this version
$_ADDONLANG['to'] = '至';
$_ADDONLANG['all_time'] = '全部時間';
$_ADDONLANG['this_month'] = '本月';
$_ADDONLANG['no_limit'] = '無限制';
$_ADDONLANG['unknown'] = '未知';
$_ADDONLANG['no_server_hint'] = '未找到 V2RaySocks 伺服器，請先在 WHMCS 的伺服器設定中新增';
$_ADDONLANG['data_dir'] = '資料目錄';
$_ADDONLANG['data_dir_description'] = '擴充功能儲存快照的目錄，PHP 須可寫且位於網站目錄之外。留空則以 php.ini 為準。';
$_ADDONLANG['engine_refresh_interval_ms'] = '引擎檢查新記錄的間隔';
$_ADDONLANG['engine_refresh_interval_ms_description'] = '擴充功能的結果最多落後資料庫多少毫秒；0 表示每次回答前都檢查。';
$_ADDONLANG['rollup_days'] = '預彙總保留天數';
$_ADDONLANG['rollup_days_description'] = 'daily_user_traffic 與 daily_node_traffic 保留多少天';
$_ADDONLANG['rollup_hourly_days'] = '每小時預彙總保留天數';
$_ADDONLANG['rollup_hourly_days_description'] = 'hourly_stats 保留多少天';
$_ADDONLANG['engine_enabled'] = '使用擴充功能';
$_ADDONLANG['engine_enabled_description'] = '已載入 PHP 擴充功能 traffic_engine 時由其回答，否則由資料庫回答。';
$_ADDONLANG['engine_status'] = '引擎狀態';
$_ADDONLANG['module_version'] = '外掛版本';
$_ADDONLANG['php_version'] = 'PHP 版本';
$_ADDONLANG['answered_by'] = '回答來源';
$_ADDONLANG['by_extension'] = '擴充功能';
$_ADDONLANG['by_database'] = '資料庫';
$_ADDONLANG['extension_loaded'] = '擴充功能已載入';
$_ADDONLANG['extension_version'] = '擴充功能版本';
$_ADDONLANG['data_directory'] = '資料目錄';
$_ADDONLANG['snapshot'] = '快照';
$_ADDONLANG['snapshot_generation'] = '快照代數';
$_ADDONLANG['snapshot_watermark'] = '行 ID 截至';
$_ADDONLANG['snapshot_age_ms'] = '快照時長（毫秒）';
$_ADDONLANG['snapshot_verified_age_ms'] = '距上次核對（毫秒）';
$_ADDONLANG['snapshot_rows'] = '行數';
$_ADDONLANG['snapshot_segments'] = '段數';
$_ADDONLANG['snapshot_bytes'] = '大小';
$_ADDONLANG['snapshot_detail_days'] = '保留明細的合併日';
$_ADDONLANG['snapshot_detail_since'] = '節點與小時明細完整自';
$_ADDONLANG['snapshot_unattributed'] = '無明細的合併流量';
$_ADDONLANG['snapshot_disagreements'] = '明細多於合計的使用者日數';
$_ADDONLANG['all_known'] = '全部已知';
$_ADDONLANG['detail_known_since'] = '面板已合併日期的節點流量完整自';
$_ADDONLANG['cache_state'] = 'Redis 快取';
$_ADDONLANG['cache_hit_ratio'] = '快取命中率';
$_ADDONLANG['missing_indexes'] = '缺少的索引';
$_ADDONLANG['missing_tables'] = '缺少的預彙總表';
$_ADDONLANG['pre_aggregates'] = '預彙總';
$_ADDONLANG['pre_aggregates_days'] = '{days} 天，{first} 至 {last}（{zone}），{stale} 天待彙總；核對於 {checked}';
$_ADDONLANG['pre_aggregates_older'] = '表為舊格式；請再次建立彙總表';
$_ADDONLANG['none_missing'] = '無';
$_ADDONLANG['last_fallback'] = '擴充功能最近一次故障';
$_ADDONLANG['never'] = '從未';
$_ADDONLANG['time_zone'] = '日期與小時所用時區';
$_ADDONLANG['create_indexes'] = '建立索引';
$_ADDONLANG['indexes'] = '索引';
$_ADDONLANG['index_note'] = '缺少以下索引，建立後查詢會更快。建立期間不影響其他讀寫，只需要 INDEX 權限；大小和時間為估計值。';
$_ADDONLANG['index_none_missing'] = '沒有缺少有用的索引。';
$_ADDONLANG['index_running'] = '正在建立索引';
$_ADDONLANG['index_on'] = '所在欄位';
$_ADDONLANG['index_why'] = '原因';
$_ADDONLANG['index_size'] = '大小';
$_ADDONLANG['index_time'] = '時間';
$_ADDONLANG['index_sql'] = '陳述式';
$_ADDONLANG['index_verdict'] = '評價';
$_ADDONLANG['index_helps'] = '有用';
$_ADDONLANG['index_droppable'] = '可以刪除';
$_ADDONLANG['index_of_others'] = '屬於其他程式';
$_ADDONLANG['drop_index'] = '刪除';
$_ADDONLANG['index_made'] = '已建立：';
$_ADDONLANG['index_question'] = '資料庫查詢';
$_ADDONLANG['index_before'] = '之前';
$_ADDONLANG['index_after'] = '之後';
$_ADDONLANG['undo_indexes'] = '復原：刪除已建立的索引';
$_ADDONLANG['index_question_today'] = '今日流量前 100 名使用者';
$_ADDONLANG['index_question_month'] = '本月流量前 100 名使用者';
$_ADDONLANG['index_question_nodes'] = '本月節點';
$_ADDONLANG['index_question_live'] = '即時資料';
$_ADDONLANG['index_why_idx_user_usage_large_data'] = '查詢某一時段時只需讀取索引中該時段的列';
$_ADDONLANG['index_why_idx_user_sid'] = '依服務查詢時可直接找到其使用者';
$_ADDONLANG['index_why_idx_user_uuid'] = '依 UUID 查詢時可直接找到其使用者';
$_ADDONLANG['index_why_idx_user_usage_user_time'] = '資料庫會用它按使用者彙總一天的資料，反而更慢；只有在沒有資料目錄時查詢單一使用者數月的資料才有用';
$_ADDONLANG['index_why_idx_user_usage_node_time'] = '查詢某節點某時段時同樣可用 idx_user_usage_large_data';
$_ADDONLANG['index_why_idx_user_usage_time_traffic'] = 'idx_user_usage_large_data 可滿足同樣的查詢';
$_ADDONLANG['index_why_idx_user_enable'] = '它只有兩個值，沒有查詢會用到';
$_ADDONLANG['index_why_idx_node_name'] = '該表太小，不需要它';
$_ADDONLANG['index_why_idx_node_id_name'] = '主鍵可滿足同樣的查詢';
$_ADDONLANG['index_why_idx_user_enable_transfer'] = '每個查詢都讀取全部使用者，或依 id 讀取一個';
$_ADDONLANG['create_pre_aggregation'] = '建立彙總表';
$_ADDONLANG['update_pre_aggregation'] = '更新彙總';
$_ADDONLANG['engine_retry'] = '重試擴充功能';
$_ADDONLANG['clear_cache'] = '清除快取';
$_ADDONLANG['changes_database'] = '此操作會變更 V2RaySocks 資料庫。';
$_ADDONLANG['activated'] = '外掛已啟用。請在設定中選擇 V2RaySocks 伺服器，並在狀態頁建立索引。';
$_ADDONLANG['deactivated'] = '外掛已停用，V2RaySocks 資料庫中的內容均未刪除。';
$_ADDONLANG['upgraded'] = '外掛已升級。';
$_ADDONLANG['rows_shown'] = '僅顯示前 {count} 行，匯出可獲得全部資料。';
$_ADDONLANG['incomplete_nodes'] = '在此之前的日期在保留其明細之前已被面板合併：其節點與小時未知，或只有每日合計；跨多日的使用者數與節點數至少為其中一日的數值。';
