//! Where an answer came from, in words.

use crate::output::{Format, in_utc, seconds};
use serde::Serialize;
use traffic_engine::{Moment, Source};

/// Where an answer came from, and why not from the snapshot.
#[derive(Debug, Serialize)]
pub(crate) struct Explanation {
    #[serde(flatten)]
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_failure: Option<String>,
}

impl Explanation {
    pub(crate) fn new(source: Source, snapshot_failure: Option<String>) -> Self {
        Self { source, snapshot_failure }
    }

    /// One line, an object where answers are JSON.
    pub(crate) fn in_format(&self, format: Format) -> String {
        match format {
            Format::Json => {
                serde_json::to_string(self).expect("numbers and texts have a place in JSON")
            }
            Format::Table | Format::Csv => self.in_words(),
        }
    }

    /// A word to those who named a data directory in vain.
    pub(crate) fn warning(&self) -> Option<String> {
        self.snapshot_failure.as_ref().map(|_| format!("warning: {}", self.in_words()))
    }

    fn in_words(&self) -> String {
        let source = match self.source {
            Source::PushDown => "answered by the database (sums)".to_owned(),
            Source::Rows => "answered from the rows of the database".to_owned(),
            Source::Snapshot(moment) => format!("answered from the snapshot: {}", of(moment)),
        };
        match &self.snapshot_failure {
            Some(failure) => format!("{source}, because {failure}"),
            None => source,
        }
    }
}

fn of(moment: Moment) -> String {
    let Moment { generation, watermark, age_ms, verified_age_ms, detail_since } = moment;
    let age = seconds(age_ms);
    let mut all = format!("generation {generation}, rows up to id {watermark}, {age} old");
    if verified_age_ms > age_ms {
        all += &format!(", older rows compared {} ago", seconds(verified_age_ms));
    }
    if let Some(since) = detail_since {
        all += &format!(", nodes and hours of merged days known since {}", in_utc(since));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Moment = Moment {
        generation: 1_763_678_000_123,
        watermark: 500_000,
        age_ms: 310,
        verified_age_ms: 310,
        detail_since: None,
    };

    #[test]
    fn people_read_a_sentence_and_programs_an_object() {
        let explanation = Explanation::new(Source::Snapshot(MOMENT), None);
        assert_eq!(
            explanation.in_format(Format::Table),
            "answered from the snapshot: generation 1763678000123, rows up to id 500000, 0.3 s old"
        );
        assert_eq!(
            explanation.in_format(Format::Json),
            "{\"path\":\"snapshot\",\"generation\":1763678000123,\"watermark\":500000,\
             \"age_ms\":310,\"verified_age_ms\":310,\"detail_since\":null}"
        );
        assert_eq!(explanation.warning(), None);
    }

    #[test]
    fn rows_that_were_not_compared_are_told_apart() {
        let moment = Moment { verified_age_ms: 95_000, ..MOMENT };
        let words = Explanation::new(Source::Snapshot(moment), None).in_format(Format::Csv);
        assert!(words.ends_with("0.3 s old, older rows compared 95.0 s ago"), "{words}");
    }

    #[test]
    fn what_merged_days_hide_is_told() {
        let moment = Moment { detail_since: Some(1_759_269_600), ..MOMENT };
        let words = Explanation::new(Source::Snapshot(moment), None).in_format(Format::Table);
        assert!(words.ends_with("merged days known since 2025-09-30T22:00:00Z"), "{words}");
    }

    #[test]
    fn a_snapshot_that_failed_is_a_warning() {
        let failed = Explanation::new(Source::PushDown, Some("snapshot: no space".to_owned()));
        let words = "answered by the database (sums), because snapshot: no space";
        assert_eq!(failed.in_format(Format::Table), words);
        assert_eq!(failed.warning(), Some(format!("warning: {words}")));
        assert_eq!(
            failed.in_format(Format::Json),
            "{\"path\":\"push_down\",\"snapshot_failure\":\"snapshot: no space\"}"
        );
    }
}
