<?php

declare(strict_types=1);

namespace TrafficEngine\Whmcs\Tests\Model;

use LogicException;
use TrafficEngine\Whmcs\Tests\World;

/**
 * What the contract says the addon's functions answer about a world, computed by plain loops.
 *
 * Written from the contract alone (sections 4 and 6 with the rulings of sections 0 and 8), so that the
 * addon's SQL, its extension and this agree only where all of them are right.
 */
final class Model
{
    public readonly Calendar $calendar;
    public readonly Ranges $ranges;
    public readonly Rows $usage;
    public readonly Nodes $nodes;
    /** @var array<int, array<string, mixed>> by id */
    public readonly array $users;
    /** @var list<object> */
    private readonly array $answerers;

    public function __construct(public readonly World $world)
    {
        $this->calendar = new Calendar($world->zone, $world->now);
        $this->ranges = new Ranges($this->calendar);
        $this->usage = new Rows($world->usage);
        $this->nodes = new Nodes($world->nodes);
        $this->users = array_column($world->users, null, 'id');
        $this->answerers = [
            new Rankings($this), new Records($this), new Charts($this), new Figures($this), new Details($this),
            new Aggregates($this), new Texts($this),
        ];
    }

    /** The answer of a function, named without the addon's prefix. */
    public function answer(string $function, array $arguments): mixed
    {
        foreach ($this->answerers as $answerer) {
            if (method_exists($answerer, $function)) {
                return $answerer->$function(...$arguments);
            }
        }
        throw new LogicException("the model does not know $function");
    }

    /** `part / whole`, 0 where there is nothing to divide by. */
    public static function ratio(int|float $part, int|float $whole): float
    {
        return $whole > 0 ? $part / $whole : 0.0;
    }
}
