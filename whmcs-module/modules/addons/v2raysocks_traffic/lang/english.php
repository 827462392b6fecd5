<?php

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}
$_ADDONLANG['no_data'] = '暂无数据';
