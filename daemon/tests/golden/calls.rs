//! Which command line asks what a golden call asks.

use serde_json::Value;

/// The words of a command line.
type Line = Vec<String>;

/// A golden call as a command line, and what to make of its answer.
pub(super) enum Asked {
    /// The answer is the result.
    Answer(Line),
    /// So it is, but for the word of the range, which the original repeats as it was asked.
    Chart(Line, String),
    /// The result is start and end of the range.
    Bounds(Line),
    /// The result is the start of the range.
    Start(Line),
    /// The result is an object that holds the start of the range.
    StartObject(Line),
    /// The result is nothing, and a remark says so.
    Unknown(Line),
    /// The original answers, but a ruling of ours makes this an error.
    Refused(Line),
}

/// What the original takes for "no limit".
const PHP_INT_MAX: i64 = i64::MAX;

/// Words that no table of the vocabulary and no sort order knows.
const UNKNOWN: [&str; 4] = ["nonsense", "bogus", "x", "not-a-date"];

/// The command line that asks `call`, where there is one.
pub(super) fn asked(call: &Value) -> Option<Asked> {
    let name = call["fn"].as_str()?.trim_start_matches("v2raysocks_traffic_");
    let args = Args(call["args"].as_array()?);
    let line = match name {
        "getUserTrafficRankings" => rank_users(&args),
        "processUserRankingsBatch" => rank_users_between(&args),
        "getNodeTrafficRankings" => rank_nodes(&args),
        "getTrafficData" => traffic(args.0.first(), &["traffic"]),
        "getEnhancedTrafficData" => traffic(args.0.first(), &["traffic", "--enhanced"]),
        "searchByServiceId" => {
            traffic(args.0.get(1), &["traffic", "--enhanced", "--service", &args.text(0)?])
        }
        "getTrafficByServiceId" => {
            traffic(args.0.get(1), &["traffic", "--service", &args.text(0)?])
        }
        "getUsageRecords" => records(&args),
        "getUserTrafficChart" => user_chart(&args),
        "getNodeTrafficChart" => node_chart(&args),
        "streamProcessTrafficData" => {
            Words::of(&["aggregate"]).with("--range", args.text(0)).with("--by", args.text(1))
        }
        "getLiveStats" => Words::of(&["live"]),
        "getTodayTrafficData" => Words::of(&["today"]),
        "getTotalTrafficSinceLaunch" => Words::of(&["total"]),
        "getHistoricalPeakTraffic" => Words::of(&["peak"]),
        "getAllNodes" => Words::of(&["nodes"]),
        "getAllNode" => Words::of(&["nodes", "--raw"]),
        "getUserDetails" => Words::of(&["user", &args.text(0)?]),
        "getNodeDetails" => Words::of(&["node", &args.text(0)?]),
        "calculateTimeRange" => bounds(&args),
        "getTimeFilter" | "getTimeRangeTimestamps" => {
            Words::of(&["range", &args.text(0)?, "--for", "traffic"])
        }
        _ => return None,
    };
    let Words(line) = line;
    Some(if line.iter().any(|word| UNKNOWN.contains(&word.as_str())) {
        Asked::Refused(line)
    } else if name.ends_with("Details") && args.text(0)? == "-1" {
        Asked::Unknown(line)
    } else {
        match name {
            "getUserTrafficChart" | "getNodeTrafficChart" => Asked::Chart(line, args.text(1)?),
            "calculateTimeRange" => Asked::Bounds(line),
            "getTimeFilter" => Asked::Start(line),
            "getTimeRangeTimestamps" => Asked::StartObject(line),
            _ => Asked::Answer(line),
        }
    })
}

/// Arguments by position; absent and null are the same.
struct Args<'a>(&'a [Value]);

impl Args<'_> {
    fn text(&self, at: usize) -> Option<String> {
        text(self.0.get(at)?)
    }

    fn bounds(&self, at: usize) -> Bounds {
        (self.text(at), self.text(at + 1))
    }

    fn limit(&self, at: usize) -> Option<String> {
        let all = PHP_INT_MAX.to_string();
        self.text(at).map(|limit| if limit == all { "all".to_owned() } else { limit })
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A command line in the making.
struct Words(Line);

impl Words {
    fn of(words: &[&str]) -> Self {
        Self(words.iter().map(ToString::to_string).collect())
    }

    fn with(mut self, option: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.0.extend([option.to_owned(), value]);
        }
        self
    }

    /// The one period that the original makes of a word, two dates and two timestamps: timestamps
    /// win over the word, dates count for `custom`, which is `today` without them.
    fn period(self, word: Option<String>, dates: Bounds, seconds: Bounds) -> Self {
        match (word, dates, seconds) {
            (_, _, (Some(from), Some(to))) => {
                self.with("--from", Some(from)).with("--to", Some(to))
            }
            (Some(word), (Some(start), Some(end)), _) if word == "custom" => {
                self.with("--start-date", Some(start)).with("--end-date", Some(end))
            }
            (Some(word), ..) if word == "custom" => self.with("--range", Some("today".to_owned())),
            (word, ..) => self.with("--range", word),
        }
    }
}

/// Both ends of a period, as far as they are given.
type Bounds = (Option<String>, Option<String>);

const NO_BOUNDS: Bounds = (None, None);

fn rank_users(args: &Args<'_>) -> Words {
    let line = Words::of(&["rank", "users"]).with("--sort", args.text(0));
    line.with("--limit", args.limit(2)).period(args.text(1), args.bounds(3), args.bounds(5))
}

fn rank_users_between(args: &Args<'_>) -> Words {
    let line = Words::of(&["rank", "users"]).with("--sort", args.text(0));
    line.with("--limit", args.limit(2)).period(None, NO_BOUNDS, args.bounds(3))
}

fn rank_nodes(args: &Args<'_>) -> Words {
    let line = Words::of(&["rank", "nodes"]).with("--sort", args.text(0));
    line.period(args.text(1), NO_BOUNDS, args.bounds(2))
}

fn traffic(filters: Option<&Value>, command: &[&str]) -> Words {
    let options = [
        ("user_id", "--user"),
        ("service_id", "--service"),
        ("node_id", "--node"),
        ("uuid", "--uuid"),
    ];
    let Some(filters) = filters else { return Words::of(command) };
    let given = |key: &str| filters.get(key).and_then(text);
    let mut line = options
        .iter()
        .fold(Words::of(command), |line, (key, option)| line.with(option, given(key)));
    let dates = (given("start_date"), given("end_date"));
    let seconds = (given("start_timestamp"), given("end_timestamp"));
    line = line.period(given("time_range"), dates, seconds);
    if given("exclude_day_traffic").is_some() {
        line.0.push("--exclude-day-rows".to_owned());
    }
    line
}

fn records(args: &Args<'_>) -> Words {
    let line = Words::of(&["records"]).with("--node", args.text(0)).with("--user", args.text(1));
    let line = line.with("--limit", args.limit(3)).with("--uuid", args.text(6));
    line.period(args.text(2), args.bounds(4), args.bounds(7))
}

fn user_chart(args: &Args<'_>) -> Words {
    let line = Words::of(&["chart", "user"]);
    line.period(args.text(1), args.bounds(2), args.bounds(4)).about(args)
}

fn node_chart(args: &Args<'_>) -> Words {
    let line = Words::of(&["chart", "node"]);
    line.period(args.text(1), NO_BOUNDS, args.bounds(2)).about(args)
}

impl Words {
    /// Whom a chart is about.
    fn about(mut self, args: &Args<'_>) -> Self {
        self.0.extend(args.text(0));
        self
    }
}

/// The original is always given all bounds and takes those that the word wants.
fn bounds(args: &Args<'_>) -> Words {
    let line = Words::of(&["range"]);
    match args.text(0).as_deref() {
        Some("custom") => line.period(args.text(0), args.bounds(1), NO_BOUNDS),
        Some("time_range") => line.period(None, NO_BOUNDS, args.bounds(3)),
        _ => line.about(args),
    }
}
