//! Puts questions to an engine.

use crate::job::{Job, Moment, Told};
use crate::now_us;
use crate::rows::{Question, joined};
use jiff::tz::TimeZone;
use std::sync::Arc;
use traffic_engine::{
    Aggregate, Answer, Engine, EngineConfig, EngineError, FixedClock, GroupBy, Limit, Location,
    Path, RangeRequest, RankUsers, SnapshotConfig, Source, UserSort,
};

/// The engine of a job.
///
/// # Panics
/// When its address is none.
pub fn engine(job: &Job) -> Engine {
    let location = Location::parse(&job.address).expect("a store address");
    let snapshot = job.dir.as_ref().map(|dir| SnapshotConfig {
        refresh_interval_ms: job.refresh_interval_ms,
        verify_interval_ms: job.verify_interval_ms,
        background: job.background,
        size_limit_mb: job.size_limit_mb,
        retention_days: job.retention_days,
        history_days: job.history_days,
        // Cells even of few rows, so that they are used.
        cube_share: 1.0,
        cube_rows_min: 0,
        ..SnapshotConfig::new(dir.clone())
    });
    Engine::open(EngineConfig {
        clock: Arc::new(FixedClock(job.now)),
        path: if job.auto { Path::Auto } else { Path::Snapshot },
        snapshot,
        ..EngineConfig::new(location, TimeZone::UTC)
    })
}

/// Asks `question` and notes when.
pub fn ask(engine: &Engine, question: Question) -> Told {
    let from_us = now_us();
    let answer = answer(engine, question);
    let to_us = now_us();
    let (source, said) = match answer {
        Ok((figures, source)) => (moment(source), Ok(figures)),
        Err(error) => (None, Err((error.code().to_string(), error.to_string()))),
    };
    Told { question, from_us, to_us, source, said }
}

/// Asks all questions.
pub fn ask_all(engine: &Engine) -> Vec<Told> {
    Question::ALL.into_iter().map(|question| ask(engine, question)).collect()
}

fn moment(source: Source) -> Option<Moment> {
    match source {
        Source::Snapshot(it) => Some(Moment {
            generation: it.generation,
            watermark: it.watermark,
            age_ms: it.age_ms,
            verified_age_ms: it.verified_age_ms,
        }),
        Source::PushDown | Source::Rows => None,
    }
}

fn answer(engine: &Engine, question: Question) -> Result<(String, Source), EngineError> {
    Ok(match question {
        Question::Users => users(engine.rank_users(&RankUsers {
            range: RangeRequest::named("all")?,
            sort: UserSort::TrafficDesc,
            limit: "all".parse::<Limit>()?,
        })?),
        Question::Nodes => {
            let answer = engine
                .aggregate(&Aggregate { range: RangeRequest::named("all")?, by: GroupBy::Node })?;
            (node_figures(&answer), answer.source)
        }
        Question::Total => {
            let total = engine.total()?;
            let figures =
                format!("{}:{}:{}", total.total_upload, total.total_download, total.total_records);
            (figures, total.source)
        }
    })
}

fn users(answer: Answer<Vec<traffic_engine::UserRank>>) -> (String, Source) {
    let used = answer.value.iter().filter(|user| user.usage_records > 0);
    let line = |user: &traffic_engine::UserRank| {
        format!(
            "{}:{}:{}:{}:{}:{}",
            user.user_id.0,
            user.period_upload,
            user.period_download,
            user.usage_records,
            user.first_usage,
            user.last_usage
        )
    };
    (joined(used.map(line)), answer.source)
}

fn node_figures(answer: &traffic_engine::Aggregation) -> String {
    let traffic_engine::Aggregation::Nodes(nodes) = answer else {
        panic!("aggregation by node gives {answer:?}");
    };
    joined(nodes.iter().map(|node| {
        format!("{}:{}:{}:{}", node.node, node.total_traffic, node.total_records, node.unique_users)
    }))
}
