<?php

declare(strict_types=1);

/*
 * Helper functions of WHMCS, as far as an addon uses them. Parameters are untyped as WHMCS's are.
 */

use WHMCS\Database\Capsule;

/** Writes a line of the activity log. */
function logActivity($description, $userId = 0): void
{
    Capsule::table('tblactivitylog')->insert([
        'date' => date('Y-m-d H:i:s'),
        'description' => $description,
        'user' => 'admin',
        'userid' => $userId,
        'ipaddr' => '203.0.113.5',
    ]);
}

/** Hides a text as WHMCS stores server passwords. */
function encrypt($text): string
{
    return 'enc:' . base64_encode(strrev((string) $text));
}

/** The text that `encrypt` hid; empty for what it did not hide. */
function decrypt($text): string
{
    $hidden = preg_replace('/^enc:/', '', (string) $text, 1, $count);
    return $count === 1 ? strrev((string) base64_decode($hidden, true)) : '';
}

/** Remembers what an addon's hooks.php wants called. */
function add_hook($hookPoint, $priority, $function): void
{
    $GLOBALS['harness_hooks'][$hookPoint][$priority][] = $function;
}

/** Calls what was registered for a hook point, low priorities first, and collects the answers. */
function run_hook($hookPoint, $arguments = []): array
{
    $answers = [];
    $byPriority = $GLOBALS['harness_hooks'][$hookPoint] ?? [];
    ksort($byPriority);
    foreach (array_merge(...$byPriority) as $function) {
        $answers[] = $function($arguments);
    }
    return $answers;
}

/** The token of this login: bare (`plain`), for a link, or as a hidden form field. */
function generate_token($type = 'form'): string
{
    $token = sha1('token of ' . ($_COOKIE['WHMCSadmin'] ?? ''));
    return match ($type) {
        'plain' => $token,
        'link' => '&token=' . $token,
        default => '<input type="hidden" name="token" value="' . $token . '" />',
    };
}

/** Ends the request when it does not carry the token of this login, as WHMCS does. */
function check_token($namespace = 'WHMCS.default', $token = null): void
{
    $given = $token ?? $_REQUEST['token'] ?? '';
    if (!is_string($given) || !hash_equals(generate_token('plain'), $given)) {
        exit('Invalid Token');
    }
}

/** Sends the browser to a page, by default to the present one, and ends the request. */
function redir($query = '', $page = 'addonmodules.php'): void
{
    header('Location: ' . $page . ($query === '' ? '' : '?' . $query), true, 302);
    exit;
}
