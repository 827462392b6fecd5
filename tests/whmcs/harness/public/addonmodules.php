<?php

declare(strict_types=1);

/*
 * The admin page of an addon: for logged-in admins only, with the addon's output inside the frame of
 * the admin area. An addon that ends the request itself is answered without that frame.
 */

if (($_COOKIE['WHMCSadmin'] ?? '') === '') {
    header('Location: login.php?redirect=addonmodules.php', true, 302);
    exit;
}

require getenv('WHMCS_HARNESS') . '/whmcs.php';
require getenv('WHMCS_HARNESS') . '/addon.php';

if (($_GET['module'] ?? '') !== HARNESS_ADDON) {
    http_response_code(404);
    exit('Module not found');
}

harness_load_addon();
harness_upgrade_addon();

ob_start();
(HARNESS_ADDON . '_output')(harness_addon_vars());
$content = ob_get_clean();

echo '<!DOCTYPE html><html><head><title>Made-up WHMCS</title></head><body><div id="contentarea">',
    $content,
    '</div></body></html>';
