//! What a ranking costs a Rust program; the same as `measure.c`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;
use traffic_engine::{Engine, EngineConfig, Limit, RangeRequest, RankUsers, UserSort};

const TOP: &str = "100";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, config, calls] = &arguments[..] else {
        return Err("usage: ffi-baseline CONFIG_FILE CALLS".into());
    };
    let engine = Engine::open(EngineConfig::from_file(Path::new(config))?);
    // A host of C has texts too, and they are read for each call.
    let request = || -> Result<RankUsers, Box<dyn Error>> {
        let (range, limit) = (RangeRequest::named("month")?, TOP.parse::<Limit>()?);
        Ok(RankUsers { range, sort: UserSort::TrafficDesc, limit })
    };
    engine.rank_users(&request()?)?;
    let (mut times, mut sum) = (Vec::new(), 0_u128);
    for _ in 0..calls.parse::<usize>()? {
        let begun = Instant::now();
        for row in &engine.rank_users(&request()?)?.value {
            sum += row.period_traffic + row.uuid.len() as u128;
        }
        times.push(begun.elapsed().as_nanos());
    }
    times.sort_unstable();
    let median = times[times.len() / 2];
    // Standard output is what the program is for.
    #[expect(clippy::print_stdout)]
    {
        println!("{{\"rank_100_ns\": {median}, \"sum\": {sum}}}");
    }
    Ok(())
}
