//! `range`.

use super::range_options::Bounds;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use clap::ValueEnum;
use serde::Serialize;
use traffic_engine::range::RangeWord;
use traffic_engine::{Calendar, Reader};

/// Show which seconds a range word means now; needs no store
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine range halfmonth --tz Europe/Berlin --for traffic"
)]
pub(super) struct Range {
    /// Word of the vocabulary that --range takes
    word: RangeWord,
    /// Who reads the range, which decides where it ends
    #[arg(long = "for", value_enum, value_name = "READER", default_value_t = For::Ranking)]
    reader: For,
    #[command(flatten)]
    bounds: Bounds,
}

#[derive(Clone, Copy, ValueEnum)]
enum For {
    /// `traffic` and `days`: no end
    Traffic,
    /// `rank`, `records` and `chart user`: days end with today
    Ranking,
    /// `chart node`: several days end now
    NodeChart,
    /// `aggregate`: everything ends now
    Aggregation,
}

/// The seconds that a range covers; nothing where it has no limit.
#[derive(Serialize)]
struct Meaning {
    range: String,
    start: Option<i64>,
    end: Option<i64>,
    start_local: Option<String>,
    end_local: Option<String>,
    timezone: String,
}

impl Range {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let (calendar, range) = (context.calendar(), self.word.to_string());
        let (reader, request) = match self.reader {
            For::Traffic => (Reader::Traffic, self.bounds.narrowing(self.word)),
            For::Ranking => (Reader::Ranking, self.bounds.bounded(self.word)?),
            For::NodeChart => (Reader::NodeChart, self.bounds.bounded(self.word)?),
            For::Aggregation => (Reader::Aggregation, self.bounds.bounded(self.word)?),
        };
        let window = request.resolve(&calendar, reader)?;
        let meaning = meaning(range, window.start, window.end, &calendar);
        context.output().object(&meaning, |_| fields(&meaning))
    }
}

fn meaning(range: String, start: Option<i64>, end: Option<i64>, calendar: &Calendar) -> Meaning {
    let local = |t: Option<i64>| t.map(|t| calendar.format(t));
    let (start_local, end_local) = (local(start), local(end));
    Meaning { range, start, end, start_local, end_local, timezone: calendar.zone_name() }
}

fn fields(meaning: &Meaning) -> Vec<Field> {
    let bound = |t: Option<i64>, local: &Option<String>| match (t, local) {
        (Some(t), Some(local)) => format!("{local} ({t})"),
        _ => "no limit".to_owned(),
    };
    vec![
        Field::new("range", &meaning.range),
        Field::new("start", bound(meaning.start, &meaning.start_local)),
        Field::new("end", bound(meaning.end, &meaning.end_local)),
        Field::new("zone", &meaning.timezone),
    ]
}
