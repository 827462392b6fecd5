//! What is asked of every contestant.

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    RankUsers,
    RankNodes,
    ByUser,
    ByNode,
    ByTime,
    ByHourOfDay,
    Live,
}

impl Question {
    pub(crate) const ALL: [Self; 7] = [
        Self::RankUsers,
        Self::RankNodes,
        Self::ByUser,
        Self::ByNode,
        Self::ByTime,
        Self::ByHourOfDay,
        Self::Live,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RankUsers => "rank users, top 100",
            Self::RankNodes => "rank nodes",
            Self::ByUser => "aggregate by user",
            Self::ByNode => "aggregate by node",
            Self::ByTime => "aggregate by time",
            Self::ByHourOfDay => "aggregate hourly",
            Self::Live => "live stats",
        }
    }
}

/// An answer in the form that is compared: cells as text, in the answer's order.
pub(crate) type Rows = Vec<Vec<String>>;

/// What differs between our answer and another, which may show further columns at the end of rows.
pub(crate) fn difference(ours: &Rows, other: &Rows) -> Option<String> {
    if ours.len() != other.len() {
        return Some(format!("{} rows of ours, {} of theirs", ours.len(), other.len()));
    }
    let mut rows = ours.iter().zip(other);
    let (ours, other) = rows.find(|(ours, other)| !other.starts_with(ours))?;
    Some(format!("ours {ours:?}, theirs {other:?}"))
}

#[cfg(test)]
mod tests {
    use super::difference;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn only_columns_that_we_answer_are_compared() {
        let ours = rows(&[&["1", "70"], &["2", "50"]]);
        assert_eq!(difference(&ours, &rows(&[&["1", "70", "name"], &["2", "50", ""]])), None);
        assert!(difference(&ours, &rows(&[&["1", "70"], &["2", "51"]])).is_some());
        assert!(difference(&ours, &rows(&[&["1", "70"]])).is_some());
    }
}
