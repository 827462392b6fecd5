<?php

declare(strict_types=1);

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/*
 * What pages say of failures and of what was done: English, simplified and traditional Chinese. Names in braces stand for
 * what differs.
 */
return [
    ['no V2RaySocks server is selected; choose one in the settings of the addon', '未选择 V2RaySocks 服务器；请在插件设置中选择', '未選擇 V2RaySocks 伺服器；請在外掛設定中選擇'],
    ['the selected server lacks its address, name (the database) or user name; complete it in WHMCS under Servers', '所选服务器缺少地址、名称（数据库）或用户名；请在 WHMCS 的服务器设置中补全', '所選伺服器缺少位址、名稱（資料庫）或使用者名稱；請在 WHMCS 的伺服器設定中補全'],
    ['address or name of the selected server holds a semicolon; correct it in WHMCS', '所选服务器的地址或名称含有分号；请在 WHMCS 中更正', '所選伺服器的位址或名稱含有分號；請在 WHMCS 中更正'],
    ['the V2RaySocks database refuses the login; correct user name and password of the selected server in WHMCS', 'V2RaySocks 数据库拒绝登录；请在 WHMCS 中更正所选服务器的用户名和密码', 'V2RaySocks 資料庫拒絕登入；請在 WHMCS 中更正所選伺服器的使用者名稱和密碼'],
    ['the V2RaySocks database does not exist; the name of the selected server must be the database name', 'V2RaySocks 数据库不存在；所选服务器的名称必须是数据库名', 'V2RaySocks 資料庫不存在；所選伺服器的名稱必須是資料庫名'],
    ['the V2RaySocks database cannot be reached; check the address of the selected server and whether the database runs', '无法连接 V2RaySocks 数据库；请检查所选服务器的地址以及数据库是否运行', '無法連線 V2RaySocks 資料庫；請檢查所選伺服器的位址以及資料庫是否執行'],
    ['a table of V2RaySocks is missing; check that the selected server names its database', '缺少 V2RaySocks 的数据表；请检查所选服务器是否指向其数据库', '缺少 V2RaySocks 的資料表；請檢查所選伺服器是否指向其資料庫'],
    ['a column of V2RaySocks is missing; its version may not be supported', '缺少 V2RaySocks 的字段；可能不支持其版本', '缺少 V2RaySocks 的欄位；可能不支援其版本'],
    ['the database user may not do this, or the database takes no changes; grant it the right (INDEX for indexes) and try again', '数据库用户无权执行此操作，或数据库不接受更改；请授权（索引需要 INDEX）后重试', '資料庫使用者無權執行此操作，或資料庫不接受變更；請授權（索引需要 INDEX）後重試'],
    ['the database takes no changes; name the one that does, or end its read-only mode', '数据库不接受更改；请指定可写的数据库，或结束其只读模式', '資料庫不接受變更；請指定可寫的資料庫，或結束其唯讀模式'],
    ['somebody has been holding a lock on a table for too long; try again when it is quiet', '某个数据表被锁定过久；请在空闲时重试', '某個資料表被鎖定過久；請在空閒時重試'],
    ['the database would have to keep others waiting for this, which was not done; let its administrator do it in a quiet hour', '执行此操作会让其他查询等待，因此未执行；请由数据库管理员在空闲时段执行', '執行此操作會讓其他查詢等待，因此未執行；請由資料庫管理員在空閒時段執行'],
    ['the database has no space left; make room and try again', '数据库空间不足；请腾出空间后重试', '資料庫空間不足；請騰出空間後重試'],
    ['the V2RaySocks database failed (error {code}); its own log says more', 'V2RaySocks 数据库出错（错误 {code}）；其自身日志有更多信息', 'V2RaySocks 資料庫出錯（錯誤 {code}）；其自身日誌有更多資訊'],
    ['unknown time range "{word}"; use one of: {known}', '未知的时间范围「{word}」；可用：{known}', '未知的時間範圍「{word}」；可用：{known}'],
    ['the time range starts at {from}, after its end at {to}; swap or correct the two', '时间范围的开始 {from} 晚于结束 {to}；请调换或更正', '時間範圍的開始 {from} 晚於結束 {to}；請調換或更正'],
    ['{name} must be a whole number', '{name} 必须是整数', '{name} 必須是整數'],
    ['a date is not valid; write it as YYYY-MM-DD, for example 2025-08-31', '日期无效；请写成 YYYY-MM-DD，例如 2025-08-31', '日期無效；請寫成 YYYY-MM-DD，例如 2025-08-31'],
    ['a filter must be one value, not a list', '筛选条件必须是单个值，而不是列表', '篩選條件必須是單一值，而不是清單'],
    ['{name} must be one value', '{name} 必须是单个值', '{name} 必須是單一值'],
    ['{name} is missing', '缺少 {name}', '缺少 {name}'],
    ['the pre-aggregates are not set up; create their tables on the status page of the addon', '预聚合尚未设置；请在插件状态页创建其数据表', '預聚合尚未設定；請在外掛狀態頁建立其資料表'],
    ['another process is making or altering these tables; try again when it is done', '另一个进程正在创建或修改这些数据表；请稍后重试', '另一個行程正在建立或修改這些資料表；請稍後重試'],
    ['an index is being made; look again when it is done', '正在创建索引；请在完成后再查看', '正在建立索引；請在完成後再查看'],
    ['somebody else is making the indexes; look again when that is done', '其他人正在创建索引；请在完成后再查看', '其他人正在建立索引；請在完成後再查看'],
    ['no index of that name is ours to drop', '没有可由我们删除的同名索引', '沒有可由我們刪除的同名索引'],
    ['nothing is left to undo', '没有可撤销的内容', '沒有可復原的內容'],
    ['the extension traffic_engine is not loaded; install it and restart PHP', '未加载扩展 traffic_engine；请安装并重启 PHP', '未載入擴充 traffic_engine；請安裝並重新啟動 PHP'],
    ['the extension still fails: {why}', '扩展仍然出错：{why}', '擴充仍然出錯：{why}'],
    ['internal error ({what}); please report it', '内部错误（{what}）；请报告', '內部錯誤（{what}）；請回報'],
    ['the cache was cleared', '缓存已清除', '快取已清除'],
    ['there is no cache to clear, as Redis is not in use', '未使用 Redis，没有可清除的缓存', '未使用 Redis，沒有可清除的快取'],
    ['no index is missing', '不缺少索引', '不缺少索引'],
    ['the index was dropped', '索引已删除', '索引已刪除'],
    ['what was made was dropped', '已删除所创建的内容', '已刪除所建立的內容'],
    ['all tables exist', '所有数据表均已存在', '所有資料表均已存在'],
    ['the sums were written', '汇总已写入', '彙總已寫入'],
    ['the sums were written, but for {left} days; ask again, or leave them to the cron', '汇总已写入，尚余 {left} 天；请再次执行，或交给定时任务', '彙總已寫入，尚餘 {left} 天；請再次執行，或交給排程任務'],
    ['the extension works', '扩展运行正常', '擴充運作正常'],
];
