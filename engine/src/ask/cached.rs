//! Answers of questions by name, kept in the cache where one is configured.

use super::question::Reply;
use crate::cache::{Key, Kind, Made, Served, Tier};
use crate::calendar::{Calendar, Clock as _, SystemClock};
use crate::engine::{Engine, Source};
use crate::error::EngineError;
use crate::options::{OptionValue, Options};
use serde::de::IgnoredAny;
use xxhash_rust::xxh3::xxh3_64;

/// A clock that differs from this machine's by more was set by somebody.
const CLOCK_SKEW_S: u64 = 5;

/// What is kept of a question: how its names begin, and how long its answers are kept.
struct Rule {
    stem: &'static str,
    kind: Kind<'static>,
}

/// The rule of a question; none for those whose answers are about this very moment.
///
/// Names begin as those of the addon do, so that its patterns mean ours as well.
fn rule(question: &str, options: &Options) -> Option<Rule> {
    let of_type = |data_type| Kind { data_type: Some(data_type), ..Kind::default() };
    let (stem, kind) = match question {
        "rank_users" => ("user_traffic_rankings_", of_type("rankings")),
        "rank_nodes" => ("node_traffic_rankings_", of_type("rankings")),
        "aggregate" => ("aggregate_", of_type("aggregated")),
        "user_chart" => ("user_traffic_chart_", of_range(options)),
        "node_chart" => ("node_traffic_chart_", of_range(options)),
        "live" => ("live_stats_", of_type("live_stats")),
        "today" => ("today_traffic_", Kind::default()),
        "total" => ("total_traffic_since_launch_", Kind::default()),
        "peak" => ("historical_peak_traffic_", Kind::default()),
        "nodes" => ("monitor_all_nodes_list_", Kind::default()),
        "node_table" => ("all_nodes_basic_", Kind::default()),
        "user_details" => ("user_details:", Kind::default()),
        "node_details" => ("node_details:", Kind::default()),
        "usage_records" => ("usage_records_", of_range(options)),
        "traffic" => ("traffic_data_", of_range(options)),
        "grouped_traffic" => ("traffic_data_grouped_", of_range(options)),
        "day_traffic" => ("day_traffic_", of_range(options)),
        _ => return None,
    };
    // What grows by the minute is not kept as long as its type would allow.
    let is_too_long = grows(options) && kind.ttl_s() > TODAY.ttl_s();
    Some(Rule { stem, kind: if is_too_long { TODAY } else { kind } })
}

const TODAY: Kind<'static> = Kind { ttl_s: None, data_type: None, time_range: Some("today") };

/// True when the period is short and ends now, as the default of most questions does.
fn grows(options: &Options) -> bool {
    match options.text("time_range") {
        Ok(None) => !options.has("start_timestamp") && !options.has("start_date"),
        Ok(Some(word)) => word == "today" || word.starts_with("last_"),
        Err(_) => true,
    }
}

/// The row of the table of lifetimes for the period of a question.
fn of_range(options: &Options) -> Kind<'static> {
    let word = options.text("time_range").ok().flatten();
    let time_range = match word.as_deref() {
        Some("week" | "halfmonth" | "15days") => "week",
        Some("month" | "month_including_today" | "current_month") => "month",
        Some("all") => "historical",
        _ => return Kind::default(),
    };
    Kind { time_range: Some(time_range), ..Kind::default() }
}

/// The name that an answer is kept under, and what it is kept like; `None` for what is not kept.
///
/// The name tells the question, its options, and the day they are asked on, since words such as
/// `today` mean another period tomorrow. Who asks as of a moment that is not now gives it as
/// `as_of`, and shares with nobody else.
pub fn cache_place(
    question: &str,
    options: &Options,
    calendar: &Calendar,
    as_of: Option<i64>,
) -> Option<(String, Kind<'static>)> {
    let Rule { stem, kind } = rule(question, options)?;
    let mut text = format!("{question} {} {as_of:?}", calendar.today());
    text.push_str(&canonical(options));
    Some((format!("{stem}{}{:016x}", subject(options), xxh3_64(text.as_bytes())), kind))
}

/// The moment of a clock that was set, and not that of this machine.
fn as_of(calendar: &Calendar) -> Option<i64> {
    let skew_s = calendar.now().abs_diff(SystemClock.now());
    (skew_s > CLOCK_SKEW_S).then(|| calendar.now())
}

/// The ids that a question is about, so that patterns can mean them.
fn subject(options: &Options) -> String {
    let id = |key| options.int(key).ok().flatten().map(|id| format!("{id}:"));
    id("user_id").or_else(|| id("node_id")).unwrap_or_default()
}

/// The options as one text, the same for the same options.
fn canonical(options: &Options) -> String {
    let pair = |(key, value): (&String, &OptionValue)| match value {
        OptionValue::Int(number) => format!("\n{key}={number}"),
        OptionValue::Bool(on) => format!("\n{key}={on}"),
        // A line in a text must not look like another option.
        OptionValue::Text(text) => format!("\n{key}={}", text.escape_debug()),
        OptionValue::Texts(texts) => format!("\n{key}={texts:?}"),
    };
    options.given().map(pair).collect()
}

impl Engine {
    /// The answer from the cache, else by `ask`, where both apply.
    pub(super) fn through_cache(
        &self,
        question: &str,
        options: &Options,
        ask: fn(&Self, &str, &Options) -> Result<Reply, EngineError>,
    ) -> Result<Reply, EngineError> {
        let place = self.cache().and_then(|cache| {
            let calendar = self.calendar();
            Some((cache, cache_place(question, options, &calendar, as_of(&calendar))?))
        });
        let Some((cache, (name, kind))) = place else {
            return ask(self, question, options);
        };
        let key = Key::named(&name).at(self.generation());
        let (beside, asked, options_asked) = (self.beside(), question.to_owned(), options.clone());
        let generation = key.generation;
        let served = cache.remember_beside(key, &kind, move || {
            let reply = ask(&beside, &asked, &options_asked)?;
            Ok::<_, EngineError>(kept(&reply, generation))
        })?;
        match restored(&served) {
            Some(reply) => Ok(reply),
            None => {
                // Its form is none of ours, whoever wrote it.
                cache.remove(&name);
                ask(self, question, options)
            }
        }
    }
}

/// An answer as it is kept: a line that says where it came from, then its JSON.
fn kept(reply: &Reply, generation: u64) -> Made {
    let source = serde_json::to_string(&reply.source).expect("a source is plain numbers");
    let text = format!("{source}\n{}", reply.json);
    // Deterministic: nobody of that id is listed.
    Made { negative: reply.json == "null", ..Made::of(text.into_bytes(), generation) }
}

/// What was kept, as old as it is by now. `None` for what is no answer.
fn restored(served: &Served) -> Option<Reply> {
    let (source, json) = str::from_utf8(&served.value).ok()?.split_once('\n')?;
    let mut source: Option<Source> = serde_json::from_str(source).ok()?;
    if served.tier == Tier::Redis {
        serde_json::from_str::<IgnoredAny>(json).ok()?;
    }
    if let Some(Source::Snapshot(moment)) = &mut source {
        let age_ms = u64::try_from(served.age_ms).unwrap_or(0);
        moment.age_ms = moment.age_ms.saturating_add(age_ms);
        moment.verified_age_ms = moment.verified_age_ms.saturating_add(age_ms);
    }
    Some(Reply { json: json.to_owned(), source })
}
