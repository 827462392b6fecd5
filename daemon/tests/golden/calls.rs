//! Which command line asks what a golden call asks.

use serde_json::Value;

/// The words of a command line.
type Line = Vec<String>;

/// A golden call as a command line, and what to make of its answer.
pub(super) enum Asked {
    /// The answer is the result.
    Answer(Line),
    /// The result is start and end of the range.
    Bounds(Line),
    /// The result is the start of the range.
    Start(Line),
    /// The result is an object that holds the start of the range.
    StartObject(Line),
    /// The result is nothing, which a command says by its exit status.
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

    fn dates(self, args: &Args<'_>, start: usize) -> Self {
        self.with("--start-date", args.text(start)).with("--end-date", args.text(start + 1))
    }

    fn seconds(self, args: &Args<'_>, from: usize) -> Self {
        self.with("--from", args.text(from)).with("--to", args.text(from + 1))
    }
}

fn rank_users(args: &Args<'_>) -> Words {
    let line =
        Words::of(&["rank", "users"]).with("--sort", args.text(0)).with("--range", args.text(1));
    line.with("--limit", args.limit(2)).dates(args, 3).seconds(args, 5)
}

fn rank_users_between(args: &Args<'_>) -> Words {
    let line = Words::of(&["rank", "users"]).with("--sort", args.text(0));
    line.with("--limit", args.limit(2)).seconds(args, 3)
}

fn rank_nodes(args: &Args<'_>) -> Words {
    let line =
        Words::of(&["rank", "nodes"]).with("--sort", args.text(0)).with("--range", args.text(1));
    line.seconds(args, 2)
}

fn traffic(filters: Option<&Value>, command: &[&str]) -> Words {
    let options = [
        ("time_range", "--range"),
        ("user_id", "--user"),
        ("service_id", "--service"),
        ("node_id", "--node"),
        ("uuid", "--uuid"),
        ("start_date", "--start-date"),
        ("end_date", "--end-date"),
        ("start_timestamp", "--from"),
        ("end_timestamp", "--to"),
    ];
    let Some(filters) = filters else { return Words::of(command) };
    let given = |key: &str| filters.get(key).and_then(text);
    let mut line = options
        .iter()
        .fold(Words::of(command), |line, (key, option)| line.with(option, given(key)));
    if given("exclude_day_traffic").is_some() {
        line.0.push("--exclude-day-rows".to_owned());
    }
    line
}

fn records(args: &Args<'_>) -> Words {
    let line = Words::of(&["records"]).with("--node", args.text(0)).with("--user", args.text(1));
    let line = line.with("--range", args.text(2)).with("--limit", args.limit(3));
    line.dates(args, 4).with("--uuid", args.text(6)).seconds(args, 7)
}

fn user_chart(args: &Args<'_>) -> Words {
    let line =
        Words::of(&["chart", "user"]).with("--range", args.text(1)).dates(args, 2).seconds(args, 4);
    line.about(args)
}

fn node_chart(args: &Args<'_>) -> Words {
    Words::of(&["chart", "node"]).with("--range", args.text(1)).seconds(args, 2).about(args)
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
    let line = Words::of(&["range"]).about(args);
    match args.text(0).as_deref() {
        Some("custom") => line.dates(args, 1),
        Some("time_range") => line.seconds(args, 3),
        _ => line,
    }
}
