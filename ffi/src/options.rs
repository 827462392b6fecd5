//! Options as structs, which become the engine's own.

use crate::failure::Failure;
use crate::sized::{self, Plain, Prefixed};
use crate::text::te_text;
use traffic_engine::{BadOption, EngineError, FromOptions, OptionValue, Options};

/// `start_timestamp` counts, also where it is 0.
pub const TE_GIVEN_START_TIMESTAMP: u64 = 1;

/// `end_timestamp` counts, also where it is 0.
pub const TE_GIVEN_END_TIMESTAMP: u64 = 2;

/// What to rank. All zero but the size asks for all of today's, most traffic first.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_rank_options {
    /// sizeof(te_rank_options).
    pub size: usize,
    /// A word such as "today", "week" or "month"; "today" where nothing of a period is given. Two
    /// dates, or two timestamps, are a period without a word; "custom" says the same beside dates,
    /// and "time_range" beside timestamps. Any other mixture is refused: TE_STATUS_BAD_OPTION.
    pub time_range: te_text,
    /// First day as YYYY-MM-DD, in the engine's zone; with end_date.
    pub start_date: te_text,
    /// Last day as YYYY-MM-DD, in the engine's zone; with start_date.
    pub end_date: te_text,
    /// First second since 1970 in UTC; with end_timestamp, both given by `given`. One that is not 0
    /// and not given is refused.
    pub start_timestamp: i64,
    /// Last second since 1970 in UTC; as start_timestamp.
    pub end_timestamp: i64,
    /// TE_GIVEN_… values, added up.
    pub given: u64,
    /// An order such as "traffic_desc", which it is where it is not given. Users know also
    /// traffic_asc, remaining_desc, remaining_asc, nodes_desc and recent_activity; nodes know
    /// traffic_asc, remaining_desc, remaining_asc, users_desc and name_asc.
    pub sort_by: te_text,
    /// Rows at most; all where it is 0.
    pub limit: u64,
}

/// What to sum. All zero but the size asks for today's usage by user.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_aggregate_options {
    /// sizeof(te_aggregate_options).
    pub size: usize,
    /// As in te_rank_options.
    pub time_range: te_text,
    /// As in te_rank_options.
    pub start_date: te_text,
    /// As in te_rank_options.
    pub end_date: te_text,
    /// As in te_rank_options.
    pub start_timestamp: i64,
    /// As in te_rank_options.
    pub end_timestamp: i64,
    /// TE_GIVEN_… values, added up.
    pub given: u64,
    /// "user", "node", "time" (hour by hour) or "hourly" (hours of the day); "user" where it is
    /// not given.
    pub group_by: te_text,
}

/// How to refresh.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_refresh_options {
    /// sizeof(te_refresh_options).
    pub size: usize,
    /// 1 to compare every row with the database, 0 to look for new ones.
    pub verify: u64,
}

// SAFETY: a `repr(C)` of numbers and pointers of eight bytes, the first being the size.
unsafe impl Plain for te_rank_options {
    const NAME: &'static str = "te_rank_options";
    const FIRST_SIZE: usize = 104;
}

// SAFETY: as above.
unsafe impl Prefixed for te_rank_options {}

// SAFETY: as above.
unsafe impl Plain for te_aggregate_options {
    const NAME: &'static str = "te_aggregate_options";
    const FIRST_SIZE: usize = 96;
}

// SAFETY: as above.
unsafe impl Prefixed for te_aggregate_options {}

// SAFETY: as above.
unsafe impl Plain for te_refresh_options {
    const NAME: &'static str = "te_refresh_options";
    const FIRST_SIZE: usize = 16;
}

// SAFETY: as above.
unsafe impl Prefixed for te_refresh_options {}

/// Options that are the engine's under other names.
pub(crate) trait Named: Prefixed {
    /// The engine's.
    ///
    /// # Safety
    /// The texts are what [`te_text::read`] asks for.
    ///
    /// # Errors
    /// What is wrong with a text, and [`EngineError::Option`].
    unsafe fn named(&self) -> Result<Options, Failure>;
}

/// The request in the options at `given`, or the one that is made of none.
///
/// # Safety
/// As [`sized::read`]; the texts are what [`te_text::read`] asks for.
///
/// # Errors
/// What is wrong with the options.
pub(crate) unsafe fn request<O: Named, T: FromOptions>(given: *const O) -> Result<T, Failure> {
    // SAFETY: as the caller says.
    let options = unsafe { sized::read(given)?.named()? };
    Ok(T::from_options(&options)?)
}

/// The texts and bounds that all options of a period share.
struct Period {
    texts: [(&'static str, te_text); 3],
    timestamps: [(&'static str, u64, i64); 2],
    given: u64,
}

macro_rules! period {
    ($options:expr) => {
        Period {
            texts: [
                ("time_range", $options.time_range),
                ("start_date", $options.start_date),
                ("end_date", $options.end_date),
            ],
            timestamps: [
                ("start_timestamp", TE_GIVEN_START_TIMESTAMP, $options.start_timestamp),
                ("end_timestamp", TE_GIVEN_END_TIMESTAMP, $options.end_timestamp),
            ],
            given: $options.given,
        }
    };
}

impl Period {
    /// # Safety
    /// The texts are what [`te_text::read`] asks for.
    unsafe fn named(&self) -> Result<Options, Failure> {
        const KNOWN: u64 = TE_GIVEN_START_TIMESTAMP | TE_GIVEN_END_TIMESTAMP;
        let mut options = Options::default();
        for &(key, text) in &self.texts {
            // SAFETY: as the caller says.
            unsafe { set_text(&mut options, key, text) }?;
        }
        if self.given & !KNOWN != 0 {
            return Err(bad("given", format!("is {}", self.given), "TE_GIVEN_… values, added up"));
        }
        for &(key, bit, value) in &self.timestamps {
            let is_given = self.given & bit != 0;
            if value != 0 && !is_given {
                let problem = format!("is {value} and `given` does not say so");
                return Err(bad(key, problem, "its TE_GIVEN_… bit in given, too"));
            }
            options.set(key, is_given.then_some(OptionValue::Int(value)));
        }
        Ok(options)
    }
}

/// # Safety
/// The text is what [`te_text::read`] asks for.
unsafe fn set_text(options: &mut Options, key: &'static str, text: te_text) -> Result<(), Failure> {
    // SAFETY: as the caller says.
    let text = unsafe { text.read_option(key) }?;
    options.set(key, text.map(|text| OptionValue::Text(text.to_owned())));
    Ok(())
}

fn bad(key: &str, problem: String, wanted: &'static str) -> Failure {
    EngineError::from(BadOption::Kind { key: key.to_owned(), problem, wanted }).into()
}

impl Named for te_rank_options {
    unsafe fn named(&self) -> Result<Options, Failure> {
        // SAFETY: as the caller says.
        let mut options = unsafe { period!(self).named()? };
        // SAFETY: as the caller says.
        unsafe { set_text(&mut options, "sort_by", self.sort_by)? };
        let limit = (self.limit > 0).then(|| OptionValue::Text(self.limit.to_string()));
        options.set("limit", limit);
        Ok(options)
    }
}

impl Named for te_aggregate_options {
    unsafe fn named(&self) -> Result<Options, Failure> {
        // SAFETY: as the caller says.
        let mut options = unsafe { period!(self).named()? };
        // SAFETY: as the caller says.
        unsafe { set_text(&mut options, "group_by", self.group_by)? };
        Ok(options)
    }
}

impl Named for te_refresh_options {
    unsafe fn named(&self) -> Result<Options, Failure> {
        let verify = match self.verify {
            0 => false,
            1 => true,
            other => return Err(bad("verify", format!("is {other}"), "0 or 1")),
        };
        let mut options = Options::default();
        options.set("verify", OptionValue::Bool(verify));
        Ok(options)
    }
}
