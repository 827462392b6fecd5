<?php

// Answers questions for the conformance tests as answers.c does; only those of kind "json".
// Usage: php answers.php CONFIG_JSON

declare(strict_types=1);

use TrafficEngine\Engine;
use TrafficEngine\Exception;

$engine = Engine::open(json_decode($argv[1], true, 512, JSON_THROW_ON_ERROR));
while (($line = fgets(STDIN)) !== false) {
    [, $question, $options] = explode("\t", $line);
    $method = lcfirst(str_replace('_', '', ucwords($question, '_'))) . 'Json';
    try {
        $answer = $engine->$method(json_decode($options, true, 512, JSON_THROW_ON_ERROR));
        echo "ok\t", $answer, "\n";
    } catch (Exception $failure) {
        echo $failure->getErrorCode(), "\t\n";
    }
}
