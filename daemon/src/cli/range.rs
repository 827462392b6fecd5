//! `range`.

use super::range_options::Bounds;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use clap::ValueEnum;
use traffic_engine::range::RangeWord;
use traffic_engine::{Period, PeriodRequest, Reader};

/// Show which seconds a range means now; needs no store
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine range halfmonth --tz Europe/Berlin --for traffic"
)]
pub(super) struct Range {
    /// Word of the vocabulary that --range takes [default: today]
    word: Option<RangeWord>,
    /// Who reads the range, which decides where it ends
    #[arg(long = "for", value_enum, value_name = "READER", default_value_t = For::Ranking)]
    reader: For,
    #[command(flatten)]
    bounds: Bounds,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum For {
    /// `traffic` and `days`: no end
    Traffic,
    /// `rank`, `records` and `chart user`: days end with today
    Ranking,
    /// `chart node`: several days end now
    #[value(alias = "node-chart")]
    NodeChart,
    /// `aggregate`: everything ends now
    Aggregation,
}

impl From<For> for Reader {
    fn from(reader: For) -> Self {
        match reader {
            For::Traffic => Self::Traffic,
            For::Ranking => Self::Ranking,
            For::NodeChart => Self::NodeChart,
            For::Aggregation => Self::Aggregation,
        }
    }
}

impl Range {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let range = self.bounds.beside(self.word, "today")?;
        let request = PeriodRequest { range, reader: self.reader.into() };
        let period = request.at(&context.calendar())?;
        context.output().object(&period, |_| fields(&period))
    }
}

fn fields(period: &Period) -> Vec<Field> {
    let bound = |t: Option<i64>, local: &Option<String>| match (t, local) {
        (Some(t), Some(local)) => format!("{local} ({t})"),
        _ => "no limit".to_owned(),
    };
    vec![
        Field::new("range", &period.range),
        Field::new("start", bound(period.start, &period.start_local)),
        Field::new("end", bound(period.end, &period.end_local)),
        Field::new("zone", &period.timezone),
    ]
}
