<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

// Module configuration
$_ADDONLANG['module_name'] = 'Traffic Analysis';
$_ADDONLANG['module_description'] = 'Counts, ranks and charts the traffic of V2RaySocks services, users and nodes.';
$_ADDONLANG['interface_language'] = 'Interface language';
$_ADDONLANG['language_description'] = 'Language of the pages of this addon.';
$_ADDONLANG['v2raysocks_database_server'] = 'V2RaySocks database server';
$_ADDONLANG['server_description'] = 'The V2RaySocks server whose database is read. Its name must be the name of the database.';
$_ADDONLANG['redis_ip'] = 'Redis address';
$_ADDONLANG['redis_ip_description'] = 'Host name, address or socket path of Redis. Empty: nothing is cached.';
$_ADDONLANG['redis_port'] = 'Redis port';
$_ADDONLANG['redis_port_description'] = 'Port of Redis, usually 6379.';
$_ADDONLANG['redis_password'] = 'Redis password';
$_ADDONLANG['redis_password_description'] = 'Leave empty when Redis asks for no password.';
$_ADDONLANG['refresh_interval'] = 'Refresh interval (seconds)';
$_ADDONLANG['refresh_interval_description'] = 'How often pages are refreshed.';
$_ADDONLANG['realtime_refresh_interval'] = 'Live refresh interval (seconds)';
$_ADDONLANG['realtime_refresh_interval_description'] = 'How often the live page is refreshed.';
$_ADDONLANG['seconds'] = 'seconds';
$_ADDONLANG['minute'] = 'minute';
$_ADDONLANG['default_display_unit'] = 'Default unit';
$_ADDONLANG['auto_best_fit'] = 'Automatic (best fit)';
$_ADDONLANG['default_unit_description'] = 'Unit in which traffic is shown.';
$_ADDONLANG['chart_display_unit'] = 'Chart unit';
$_ADDONLANG['chart_unit_description'] = 'Unit in which charts are drawn.';

// Navigation
$_ADDONLANG['real_time_monitor'] = 'Live statistics';
$_ADDONLANG['user_statistics'] = 'User statistics';
$_ADDONLANG['node_statistics'] = 'Node statistics';
$_ADDONLANG['service_search'] = 'Service search';
$_ADDONLANG['today_traffic_chart'] = 'Today\'s traffic';

// Filters, forms, buttons
$_ADDONLANG['time_range'] = 'Time range';
$_ADDONLANG['user_id'] = 'User ID';
$_ADDONLANG['service_id'] = 'Service ID';
$_ADDONLANG['node_id'] = 'Node ID';
$_ADDONLANG['start_date'] = 'Start date';
$_ADDONLANG['end_date'] = 'End date';
$_ADDONLANG['apply_filter'] = 'Apply';
$_ADDONLANG['export_data'] = 'Export';
$_ADDONLANG['refresh'] = 'Refresh';
$_ADDONLANG['search'] = 'Search';
$_ADDONLANG['search_placeholder'] = 'Type to search';
$_ADDONLANG['search_results'] = 'Search results';
$_ADDONLANG['no_results'] = 'Nothing found';
$_ADDONLANG['submit'] = 'Submit';
$_ADDONLANG['reset'] = 'Reset';
$_ADDONLANG['cancel'] = 'Cancel';
$_ADDONLANG['save'] = 'Save';
$_ADDONLANG['close'] = 'Close';
$_ADDONLANG['clear'] = 'Clear';
$_ADDONLANG['export'] = 'Export';

// Time ranges
$_ADDONLANG['last_5_minutes'] = 'Last 5 minutes';
$_ADDONLANG['last_10_minutes'] = 'Last 10 minutes';
$_ADDONLANG['last_30_minutes'] = 'Last 30 minutes';
$_ADDONLANG['last_hour'] = 'Last hour';
$_ADDONLANG['last_1_hour'] = 'Last hour';
$_ADDONLANG['last_2_hours'] = 'Last 2 hours';
$_ADDONLANG['last_3_hours'] = 'Last 3 hours';
$_ADDONLANG['last_6_hours'] = 'Last 6 hours';
$_ADDONLANG['last_12_hours'] = 'Last 12 hours';
$_ADDONLANG['today'] = 'Today';
$_ADDONLANG['today_range'] = 'Today';
$_ADDONLANG['yesterday'] = 'Yesterday';
$_ADDONLANG['last_7_days'] = 'Last 7 days';
$_ADDONLANG['last_15_days'] = 'Last 15 days';
$_ADDONLANG['last_30_days'] = 'Last 30 days';
$_ADDONLANG['custom_time_range'] = 'Custom time';
$_ADDONLANG['custom_date_range'] = 'Custom dates';

// Table headers
$_ADDONLANG['timestamp'] = 'Time';
$_ADDONLANG['uuid'] = 'UUID';
$_ADDONLANG['node_name'] = 'Node';
$_ADDONLANG['upload'] = 'Upload';
$_ADDONLANG['download'] = 'Download';
$_ADDONLANG['total'] = 'Total';
$_ADDONLANG['total_traffic'] = 'Total traffic';
$_ADDONLANG['cumulative_upload'] = 'Cumulative upload';
$_ADDONLANG['cumulative_download'] = 'Cumulative download';
$_ADDONLANG['total_cumulative_traffic'] = 'Cumulative total';
$_ADDONLANG['speed_limit'] = 'Speed limit';
$_ADDONLANG['excessive_speed_limit'] = 'Speed limit beyond quota';
$_ADDONLANG['ss_limit'] = 'SS limit';
$_ADDONLANG['v2ray_limit'] = 'V2Ray limit';
$_ADDONLANG['status'] = 'Status';
$_ADDONLANG['actions'] = 'Actions';
$_ADDONLANG['ranking'] = 'Rank';
$_ADDONLANG['address'] = 'Address';
$_ADDONLANG['country'] = 'Country';

// Status and messages
$_ADDONLANG['online'] = 'Online';
$_ADDONLANG['offline'] = 'Offline';
$_ADDONLANG['active'] = 'Enabled';
$_ADDONLANG['inactive'] = 'Disabled';
$_ADDONLANG['yes'] = 'Yes';
$_ADDONLANG['no'] = 'No';
$_ADDONLANG['loading'] = 'Loading…';
$_ADDONLANG['no_data'] = 'No data';
$_ADDONLANG['error_loading'] = 'The data could not be loaded';
$_ADDONLANG['data_updated'] = 'Data updated';
$_ADDONLANG['export_success'] = 'Export done';
$_ADDONLANG['loading_failed'] = 'Loading failed';
$_ADDONLANG['unknown_error'] = 'Unknown error';
$_ADDONLANG['network_error_retry'] = 'Network error, please try again';
$_ADDONLANG['network_connection_error'] = 'No connection';

// Units
$_ADDONLANG['bytes'] = 'bytes';
$_ADDONLANG['kb'] = 'KB';
$_ADDONLANG['mb'] = 'MB';
$_ADDONLANG['gb'] = 'GB';
$_ADDONLANG['tb'] = 'TB';
$_ADDONLANG['pb'] = 'PB';
$_ADDONLANG['per_second'] = '/s';
$_ADDONLANG['unit'] = 'Unit';
$_ADDONLANG['auto'] = 'Automatic';
$_ADDONLANG['chart_unit'] = 'Chart unit';
$_ADDONLANG['traffic'] = 'Traffic';

// Errors
$_ADDONLANG['connection_error'] = 'Connection error';
$_ADDONLANG['database_error'] = 'Database error';
$_ADDONLANG['permission_denied'] = 'Permission denied';
$_ADDONLANG['invalid_parameters'] = 'Invalid parameters';
$_ADDONLANG['feature_not_available'] = 'This is not available';

// Pagination
$_ADDONLANG['showing_records'] = '{start} to {end} of {total}';
$_ADDONLANG['page_info'] = 'Page {current} of {total}';
$_ADDONLANG['first_page'] = 'First';
$_ADDONLANG['previous_page'] = 'Previous';
$_ADDONLANG['next_page'] = 'Next';
$_ADDONLANG['last_page'] = 'Last';
$_ADDONLANG['records_per_page_label'] = 'Rows per page';

// Export dialogs
$_ADDONLANG['export_service_traffic_data'] = 'Export service traffic';
$_ADDONLANG['export_type'] = 'What to export';
$_ADDONLANG['all_filtered_data'] = 'Everything that matches';
$_ADDONLANG['limited_number_of_records'] = 'A number of rows';
$_ADDONLANG['number_of_records'] = 'Number of rows';
$_ADDONLANG['start_date_label'] = 'Start date';
$_ADDONLANG['end_date_label'] = 'End date';
$_ADDONLANG['start_time_label'] = 'Start time';
$_ADDONLANG['end_time_label'] = 'End time';
$_ADDONLANG['time_range_today_only'] = 'Times are of today';
$_ADDONLANG['format'] = 'Format';
$_ADDONLANG['excel'] = 'Excel';
$_ADDONLANG['csv'] = 'CSV';
$_ADDONLANG['json'] = 'JSON';
$_ADDONLANG['export_type_label'] = 'Export type';
$_ADDONLANG['all_data_option'] = 'All data';
$_ADDONLANG['custom_quantity_option'] = 'Custom number';
$_ADDONLANG['number_of_records_label'] = 'Number of rows';
$_ADDONLANG['format_label'] = 'Format';
$_ADDONLANG['cancel_button'] = 'Cancel';
$_ADDONLANG['confirm_export'] = 'Export';
$_ADDONLANG['export_usage_records'] = 'Export usage records';

// Validation and relative time
$_ADDONLANG['select_start_end_dates'] = 'Choose both a start and an end date';
$_ADDONLANG['date_format_incorrect'] = 'The date is not written as YYYY-MM-DD';
$_ADDONLANG['date_invalid'] = 'The date does not exist';
$_ADDONLANG['start_date_after_end_date'] = 'The start lies after the end';
$_ADDONLANG['select_start_end_times'] = 'Choose both a start and an end time';
$_ADDONLANG['minutes_ago'] = ' min ago';
$_ADDONLANG['hours_ago'] = ' h ago';
$_ADDONLANG['days_ago'] = ' d ago';

// Charts
$_ADDONLANG['time'] = 'Time';
$_ADDONLANG['time_axis'] = 'Time';
$_ADDONLANG['upload_and_download'] = 'Upload and download';
$_ADDONLANG['cumulative_traffic'] = 'Cumulative traffic';
$_ADDONLANG['upload_download'] = 'Upload/download';
$_ADDONLANG['display_mode'] = 'Display';
$_ADDONLANG['chart_display_mode'] = 'Chart display';
$_ADDONLANG['traffic_chart'] = 'Traffic chart';
$_ADDONLANG['traffic_unit'] = 'Traffic ({unit})';

// Dashboard
$_ADDONLANG['traffic_dashboard'] = 'Dashboard';
$_ADDONLANG['live_statistics'] = 'Live statistics';
$_ADDONLANG['total_users'] = 'Users';
$_ADDONLANG['active_users_5min'] = 'Active users, 5 min';
$_ADDONLANG['active_users_1hour'] = 'Active users, 1 h';
$_ADDONLANG['active_users_4hour'] = 'Active users, 4 h';
$_ADDONLANG['active_users_24h'] = 'Active users, 24 h';
$_ADDONLANG['online_nodes'] = 'Online nodes';
$_ADDONLANG['today_traffic'] = 'Traffic today';
$_ADDONLANG['traffic_5min'] = 'Traffic, 5 min';
$_ADDONLANG['traffic_1hour'] = 'Traffic, 1 h';
$_ADDONLANG['traffic_monthly'] = 'Traffic this month';
$_ADDONLANG['total_upload'] = 'Total upload';
$_ADDONLANG['total_download'] = 'Total download';
$_ADDONLANG['first_record'] = 'First record';
$_ADDONLANG['records_found'] = 'Records';
$_ADDONLANG['chart_type'] = 'Display';
$_ADDONLANG['upload_vs_download'] = 'Upload vs. download';
$_ADDONLANG['peak_time'] = 'Peak time';
$_ADDONLANG['idle_time'] = 'Idle time';
$_ADDONLANG['peak_traffic'] = 'Peak traffic';
$_ADDONLANG['idle_traffic'] = 'Idle traffic';
$_ADDONLANG['historical_peak'] = 'Peak day';
$_ADDONLANG['peak_traffic_amount'] = 'Traffic of the peak day';
$_ADDONLANG['traffic_usage_over_time'] = 'Traffic over time';
$_ADDONLANG['hourly_traffic_pattern'] = 'Traffic by hour';

// User rankings
$_ADDONLANG['user_rankings'] = 'User ranking';
$_ADDONLANG['user_rankings_title'] = 'User ranking';
$_ADDONLANG['user_rankings_table_title'] = 'Users by traffic';
$_ADDONLANG['user_rankings_loading'] = 'Loading the ranking…';
$_ADDONLANG['loading_user_rankings'] = 'Loading the ranking…';
$_ADDONLANG['sort_by'] = 'Sort by';
$_ADDONLANG['display_count'] = 'Rows';
$_ADDONLANG['refresh_rankings'] = 'Refresh';
$_ADDONLANG['traffic_usage_high_to_low'] = 'Traffic, most first';
$_ADDONLANG['traffic_usage_low_to_high'] = 'Traffic, least first';
$_ADDONLANG['remaining_traffic_high_to_low'] = 'Remaining, most first';
$_ADDONLANG['remaining_traffic_low_to_high'] = 'Remaining, least first';
$_ADDONLANG['used_nodes_count'] = 'Number of nodes';
$_ADDONLANG['recent_activity'] = 'Latest activity';
$_ADDONLANG['used_traffic'] = 'Used in period';
$_ADDONLANG['remaining_traffic'] = 'Remaining';
$_ADDONLANG['traffic_usage_rate'] = 'Used';
$_ADDONLANG['used_nodes'] = 'Nodes';
$_ADDONLANG['ss_speed_limit'] = 'SS limit';
$_ADDONLANG['other_speed_limit'] = 'Other limit';
$_ADDONLANG['record_count'] = 'Records';
$_ADDONLANG['last_active'] = 'Last active';
$_ADDONLANG['user_details'] = 'User';
$_ADDONLANG['traffic_history'] = 'Traffic history';
$_ADDONLANG['usage_summary'] = 'Summary';
$_ADDONLANG['transfer_quota'] = 'Quota';
$_ADDONLANG['used_quota'] = 'Quota used';
$_ADDONLANG['remaining_quota'] = 'Quota left';
$_ADDONLANG['user_id_label'] = 'User ID';
$_ADDONLANG['time_range_label'] = 'Time range';
$_ADDONLANG['total_traffic_label'] = 'Total traffic';
$_ADDONLANG['user_traffic_usage_trends'] = 'Traffic of user {user_id}';
$_ADDONLANG['upload_traffic_unit'] = 'Upload ({unit})';
$_ADDONLANG['download_traffic_unit'] = 'Download ({unit})';
$_ADDONLANG['total_traffic_unit'] = 'Total ({unit})';
$_ADDONLANG['cumulative_upload_unit'] = 'Cumulative upload ({unit})';
$_ADDONLANG['cumulative_download_unit'] = 'Cumulative download ({unit})';
$_ADDONLANG['total_cumulative_traffic_unit'] = 'Cumulative total ({unit})';
$_ADDONLANG['no_user_selected'] = 'No user is selected';
$_ADDONLANG['no_usage_records'] = 'No usage records';
$_ADDONLANG['failed_load_usage_records'] = 'The usage records could not be loaded';
$_ADDONLANG['loading_usage_records'] = 'Loading usage records…';

// Service search
$_ADDONLANG['search_type'] = 'Search by';
$_ADDONLANG['search_traffic'] = 'Search';
$_ADDONLANG['service_traffic_chart'] = 'Service traffic';
$_ADDONLANG['service_traffic_records'] = 'Traffic records';
$_ADDONLANG['enter_service_id'] = 'Service ID';
$_ADDONLANG['enter_user_id'] = 'User ID';
$_ADDONLANG['enter_uuid'] = 'UUID';
$_ADDONLANG['search_to_view_data'] = 'Search to see data';
$_ADDONLANG['violation_count'] = 'Violations';
$_ADDONLANG['service_details'] = 'Service';
$_ADDONLANG['independent_search'] = 'Search in these records';
$_ADDONLANG['search_type_label'] = 'Search by';
$_ADDONLANG['search_value_label'] = 'Search for';
$_ADDONLANG['search_value_placeholder'] = 'Text to search for';
$_ADDONLANG['current_search_conditions'] = 'Current conditions';
$_ADDONLANG['uuid_search_label'] = 'UUID search';
$_ADDONLANG['no_traffic_data'] = 'No traffic data';
$_ADDONLANG['no_traffic_records_period'] = 'No records in this period';

// Node statistics
$_ADDONLANG['node_rankings_title_today'] = 'Node statistics';
$_ADDONLANG['node_rankings_table_title_today'] = 'Nodes by traffic';
$_ADDONLANG['node_rankings_loading'] = 'Loading nodes…';
$_ADDONLANG['loading_node_rankings'] = 'Loading nodes…';
$_ADDONLANG['node_details_title'] = 'Node';
$_ADDONLANG['node_info_loading'] = 'Loading the node…';
$_ADDONLANG['show_offline_nodes'] = 'Show offline nodes';
$_ADDONLANG['used_users_count'] = 'Number of users';
$_ADDONLANG['total_traffic_limit'] = 'Traffic limit';
$_ADDONLANG['online_status'] = 'Online status';
$_ADDONLANG['user_count'] = 'Users';
$_ADDONLANG['last_online'] = 'Last online';
$_ADDONLANG['all_option'] = 'All';
$_ADDONLANG['node_search_label'] = 'Node search';
$_ADDONLANG['node_search_placeholder'] = 'Part of a node name';
$_ADDONLANG['time_column'] = 'Time';
$_ADDONLANG['node_column'] = 'Node';
$_ADDONLANG['rate_column'] = 'Rate';
$_ADDONLANG['node_name_label'] = 'Node';
$_ADDONLANG['protocol'] = 'Protocol';
$_ADDONLANG['billing_rate'] = 'Billing rate';
$_ADDONLANG['node_prefix'] = 'Node';
$_ADDONLANG['node_today_usage_trends'] = 'Traffic of {node_name} today';
$_ADDONLANG['node_id_label'] = 'Node ID';
$_ADDONLANG['no_node_selected'] = 'No node is selected';

// Live page
$_ADDONLANG['recent_5min_traffic'] = '5 min';
$_ADDONLANG['recent_1hour_traffic'] = '1 h';
$_ADDONLANG['recent_4hour_traffic'] = '4 h';
$_ADDONLANG['recent_5min_traffic_label'] = 'Last 5 minutes';
$_ADDONLANG['recent_1hour_traffic_label'] = 'Last hour';
$_ADDONLANG['recent_4hour_traffic_label'] = 'Last 4 hours';
$_ADDONLANG['traffic_4hour'] = 'Traffic, 4 h';

// Histories
$_ADDONLANG['used_traffic_statistics'] = 'Cumulative traffic used';
$_ADDONLANG['today_traffic_history'] = 'Today\'s records';

// Texts of this version
$_ADDONLANG['to'] = 'to';
$_ADDONLANG['all_time'] = 'All time';
$_ADDONLANG['this_month'] = 'This month';
$_ADDONLANG['no_limit'] = 'no limit';
$_ADDONLANG['unknown'] = 'unknown';
$_ADDONLANG['no_server_hint'] = 'No V2RaySocks server found; add one in WHMCS under Servers';
$_ADDONLANG['data_dir'] = 'Data directory';
$_ADDONLANG['data_dir_description'] = 'Folder in which the extension keeps its snapshot, writable for PHP and outside of the web folder. Empty: as php.ini says.';
$_ADDONLANG['engine_refresh_interval_ms'] = 'Engine looks for new rows';
$_ADDONLANG['engine_refresh_interval_ms_description'] = 'Milliseconds for which an answer of the extension may be behind the database; 0 looks before every answer.';
$_ADDONLANG['rollup_days'] = 'Days of pre-aggregates';
$_ADDONLANG['rollup_days_description'] = 'How many days daily_user_traffic and daily_node_traffic are kept';
$_ADDONLANG['rollup_hourly_days'] = 'Days of hourly pre-aggregates';
$_ADDONLANG['rollup_hourly_days_description'] = 'How many days hourly_stats is kept';
$_ADDONLANG['engine_enabled'] = 'Use the extension';
$_ADDONLANG['engine_enabled_description'] = 'Answer from the PHP extension traffic_engine where it is loaded; the database answers otherwise.';
$_ADDONLANG['engine_status'] = 'Engine status';
$_ADDONLANG['module_version'] = 'Addon version';
$_ADDONLANG['php_version'] = 'PHP version';
$_ADDONLANG['answered_by'] = 'Answers come from';
$_ADDONLANG['by_extension'] = 'the extension';
$_ADDONLANG['by_database'] = 'the database';
$_ADDONLANG['extension_loaded'] = 'Extension loaded';
$_ADDONLANG['extension_version'] = 'Extension version';
$_ADDONLANG['data_directory'] = 'Data directory';
$_ADDONLANG['snapshot'] = 'Snapshot';
$_ADDONLANG['snapshot_generation'] = 'Snapshot generation';
$_ADDONLANG['snapshot_watermark'] = 'Rows up to id';
$_ADDONLANG['snapshot_age_ms'] = 'Age (ms)';
$_ADDONLANG['snapshot_verified_age_ms'] = 'Verified before (ms)';
$_ADDONLANG['snapshot_rows'] = 'Rows';
$_ADDONLANG['snapshot_segments'] = 'Segments';
$_ADDONLANG['snapshot_bytes'] = 'Size';
$_ADDONLANG['snapshot_detail_days'] = 'Merged days kept in detail';
$_ADDONLANG['snapshot_detail_since'] = 'Nodes and hours known since';
$_ADDONLANG['snapshot_unattributed'] = 'Merged bytes without detail';
$_ADDONLANG['snapshot_disagreements'] = 'Users and days where detail exceeds the sum';
$_ADDONLANG['all_known'] = 'All known';
$_ADDONLANG['detail_known_since'] = 'Traffic of nodes on days that the panel has merged is complete since';
$_ADDONLANG['cache_state'] = 'Redis cache';
$_ADDONLANG['cache_hit_ratio'] = 'Cache hit ratio';
$_ADDONLANG['missing_indexes'] = 'Missing indexes';
$_ADDONLANG['missing_tables'] = 'Missing pre-aggregate tables';
$_ADDONLANG['pre_aggregates'] = 'Pre-aggregates';
$_ADDONLANG['pre_aggregates_days'] = '{days} days from {first} to {last} ({zone}), {stale} to be summed; compared at {checked}';
$_ADDONLANG['pre_aggregates_older'] = 'of an older form; create the tables once more';
$_ADDONLANG['none_missing'] = 'none';
$_ADDONLANG['last_fallback'] = 'Last failure of the extension';
$_ADDONLANG['never'] = 'never';
$_ADDONLANG['time_zone'] = 'Time zone of days and hours';
$_ADDONLANG['create_indexes'] = 'Create the indexes';
$_ADDONLANG['indexes'] = 'Indexes';
$_ADDONLANG['index_note'] = 'These indexes are missing and would make questions faster. Others go on reading and writing while they are made, which asks for the right INDEX alone; sizes and times are estimates.';
$_ADDONLANG['index_none_missing'] = 'No index is missing that would help.';
$_ADDONLANG['index_running'] = 'An index is being made';
$_ADDONLANG['index_on'] = 'On';
$_ADDONLANG['index_why'] = 'Why';
$_ADDONLANG['index_size'] = 'Size';
$_ADDONLANG['index_time'] = 'Time';
$_ADDONLANG['index_sql'] = 'Statement';
$_ADDONLANG['index_verdict'] = 'Verdict';
$_ADDONLANG['index_helps'] = 'helps';
$_ADDONLANG['index_droppable'] = 'may be dropped';
$_ADDONLANG['index_of_others'] = 'of others';
$_ADDONLANG['drop_index'] = 'Drop';
$_ADDONLANG['index_made'] = 'Made:';
$_ADDONLANG['index_question'] = 'Question to the database';
$_ADDONLANG['index_before'] = 'Before';
$_ADDONLANG['index_after'] = 'After';
$_ADDONLANG['undo_indexes'] = 'Undo: drop what was made';
$_ADDONLANG['index_question_today'] = 'Today\'s top 100 users';
$_ADDONLANG['index_question_month'] = 'The month\'s top 100 users';
$_ADDONLANG['index_question_nodes'] = 'The month\'s nodes';
$_ADDONLANG['index_question_live'] = 'The live figures';
$_ADDONLANG['index_why_idx_user_usage_large_data'] = 'questions about a period read its rows, from the index alone';
$_ADDONLANG['index_why_idx_user_sid'] = 'questions about a service find its user';
$_ADDONLANG['index_why_idx_user_uuid'] = 'questions about a UUID find its user';
$_ADDONLANG['index_why_idx_user_usage_user_time'] = 'servers walk it to group a day by user, which is slower; it helps only questions about one user over months, where there is no data directory';
$_ADDONLANG['index_why_idx_user_usage_node_time'] = 'questions about a node in a period read idx_user_usage_large_data as well';
$_ADDONLANG['index_why_idx_user_usage_time_traffic'] = 'idx_user_usage_large_data serves the same questions';
$_ADDONLANG['index_why_idx_user_enable'] = 'it has two values, so no question reads it';
$_ADDONLANG['index_why_idx_node_name'] = 'the table is too small to need it';
$_ADDONLANG['index_why_idx_node_id_name'] = 'the primary key serves the same questions';
$_ADDONLANG['index_why_idx_user_enable_transfer'] = 'every question reads all users, or one by id';
$_ADDONLANG['create_pre_aggregation'] = 'Create the tables';
$_ADDONLANG['update_pre_aggregation'] = 'Bring the sums up to date';
$_ADDONLANG['engine_retry'] = 'Try the extension again';
$_ADDONLANG['clear_cache'] = 'Clear the cache';
$_ADDONLANG['changes_database'] = 'This changes the V2RaySocks database.';
$_ADDONLANG['activated'] = 'The addon is active. Choose the V2RaySocks server in its settings; create indexes on its status page.';
$_ADDONLANG['deactivated'] = 'The addon is not active any more. Nothing was removed from the V2RaySocks database.';
$_ADDONLANG['upgraded'] = 'The addon was upgraded.';
$_ADDONLANG['rows_shown'] = 'The first {count} rows; an export holds all of them.';
$_ADDONLANG['incomplete_nodes'] = 'Days before that were merged by the panel before their rows were kept: their nodes and hours are not known, or only as sums by day, where users and nodes of several days are at least those of one.';
