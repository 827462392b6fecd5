//! Sums are exact, as fine as asked for, and of the rows that were asked for.

use super::{answer, refusal};
use std::collections::BTreeMap;
use traffic_engine::column::Cells;
use traffic_engine::store::{Grain, NodeHint, StoreError, Summed, TimeGrain, UsageScan, View};
use traffic_engine::{Calendar, NodeId, Path, Source, UserId, Window};
use traffic_engine_testkit::place::{Place, engine_by, store};
use traffic_engine_testkit::question::Question;
use traffic_engine_testkit::sample::{NOW, rank_users, row, small};

/// Zones and moments at which something happens to their clocks.
const CLOCKS: [(&str, i64); 10] = [
    ("UTC", NOW),
    ("America/St_Johns", 1_741_501_800),
    ("Europe/Berlin", 1_761_440_400),
    ("Australia/Lord_Howe", 1_743_865_200),
    ("Asia/Kathmandu", 504_901_800),
    ("Pacific/Apia", 1_325_239_200),
    ("America/Havana", 1_762_059_600),
    ("Africa/Casablanca", 1_740_276_000),
    // Half an hour forth, so that one hour begins where the other would have gone on.
    ("Australia/Lord_Howe", 1_759_591_800),
    // From 44 minutes and 30 seconds behind UTC to UTC.
    ("Africa/Monrovia", 63_593_070),
];

/// What a cell's rows must agree in.
type Key = (i64, String, bool, i64, usize);

/// Records, bytes up and down, first and last second.
type Sums = (u64, u128, u128, i64, i64);

/// Rows within two days of `around`, many of them within the same hour.
fn fill(place: &mut dyn Place, around: i64) {
    let mut database = small();
    let texts = ["Tokyo", "tokyo", "Tokyo ", "DAY", "7", "07", ""];
    let mut random = 7_u64;
    let mut draw = |below: u64| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    database.usage = (1..=1_500).map(|id| row(id, NOW, texts[draw(7) as usize])).collect();
    for row in &mut database.usage {
        let distance = [7_300, 172_800][draw(2) as usize];
        row.t = around - distance as i64 + draw(2 * distance) as i64;
        row.user_id = draw(4) as i64;
        (row.u, row.d) = (draw(3) as i64 * 5, draw(2) as i64);
    }
    // Far from every change that a statement would name.
    database.usage.extend(
        [(1_501, 0), (1_502, 59), (1_503, i64::from(i32::MAX))].map(|(id, t)| row(id, t, "far")),
    );
    place.create(&database.tables());
}

fn grains(around: i64) -> Vec<Grain> {
    let cuts = [Vec::new(), vec![around - 3_600, around, around + 1, 0, i64::MAX]];
    let mut grains = Vec::new();
    for bits in 0..8 {
        for time in [TimeGrain::Any, TimeGrain::Day, TimeGrain::Hour] {
            let (users, nodes, moved) = (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
            grains.extend(cuts.clone().map(|cuts| Grain { users, nodes, moved, time, cuts }));
        }
    }
    grains
}

/// Sums by what `grain` asks for, from the cells as they are.
struct Summing<'a> {
    grain: &'a Grain,
    calendar: &'a Calendar,
    sums: BTreeMap<Key, Sums>,
    cells: usize,
}

impl<'a> Summing<'a> {
    fn new(grain: &'a Grain, calendar: &'a Calendar) -> Self {
        Self { grain, calendar, sums: BTreeMap::new(), cells: 0 }
    }

    fn key(&self, cells: &Cells<'_>, cell: usize, t: i64) -> Key {
        let Grain { users, nodes, moved, time, cuts } = self.grain;
        let mut local = self.calendar.local();
        let stretch = match time {
            TimeGrain::Any => 0,
            TimeGrain::Day => local.day(t),
            TimeGrain::Hour => local.hour_start(t),
        };
        let text = cells.texts.text(cells.node[cell]);
        (
            if *users { cells.user_id[cell] } else { 0 },
            if *nodes { text.to_owned() } else { String::new() },
            *moved && !cells.traffic(cell).is_zero(),
            stretch,
            cuts.iter().filter(|cut| **cut <= t).count(),
        )
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.cells += cells.len();
        for cell in 0..cells.len() {
            let (first, last) = cells.span(cell);
            let key = self.key(cells, cell, first);
            assert_eq!(key, self.key(cells, cell, last), "{:?}", self.grain);
            let sums = self.sums.entry(key).or_insert((0, 0, 0, i64::MAX, i64::MIN));
            sums.0 += cells.records(cell);
            sums.1 += cells.traffic(cell).upload;
            sums.2 += cells.traffic(cell).download;
            (sums.3, sums.4) = (sums.3.min(first), sums.4.max(last));
        }
    }
}

/// Holds the sums of `scan` against its rows; tells how they came about, and the number of cells
/// and rows.
fn check(
    view: &mut dyn View,
    scan: &UsageScan,
    grain: &Grain,
    calendar: &Calendar,
) -> (Summed, usize, usize) {
    let (mut ours, mut rows) = (Summing::new(grain, calendar), Summing::new(grain, calendar));
    let summed = view.sums(scan, grain, calendar, &mut |cells| ours.add(cells)).expect("sums");
    view.scan(scan, &mut |batch| {
        rows.add(&batch.cells());
        std::ops::ControlFlow::Continue(())
    })
    .expect("rows");
    assert_eq!(ours.sums, rows.sums, "{scan:?} {grain:?}");
    (summed, ours.cells, rows.cells)
}

pub(crate) fn cells_are_as_fine_as_asked_for_and_hold_every_row(place: &mut dyn Place) {
    for (zone, around) in CLOCKS {
        fill(place, around);
        let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).expect("a known zone");
        let calendar = Calendar::new(zone, around + 40_000);
        let store = store(place);
        let mut view = store.view().expect("a view");
        for grain in grains(around) {
            for window in [Window::unbounded(), Window::between(around - 90_000, around + 5_400)] {
                let scan = UsageScan::over(window);
                let (summed, cells, rows) = check(&mut *view, &scan, &grain, &calendar);
                assert_eq!(summed, Summed::ByDatabase);
                assert!(cells < rows, "{grain:?}");
            }
        }
        drop(view);
        clear(place);
    }
}

pub(crate) fn sums_of_a_selection_are_of_its_rows_alone(place: &mut dyn Place) {
    fill(place, NOW);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let calendar = Calendar::new(jiff::tz::TimeZone::UTC, NOW);
    let grain = Grain { users: true, nodes: true, ..Grain::default() };
    let hint = NodeHint { texts: vec!["Tokyo".to_owned()], id: Some(NodeId(7)) };
    let users = |most| Some((1..=most).map(UserId).collect());
    let scans = [
        (UsageScan { users: users(2), ..UsageScan::default() }, Summed::ByDatabase),
        (UsageScan { nodes: Some(hint), ..UsageScan::default() }, Summed::ByDatabase),
        (UsageScan { after_id: Some(700), ..UsageScan::default() }, Summed::ByDatabase),
        (UsageScan::over(Window::between(NOW, NOW - 1)), Summed::ByDatabase),
        // Too many for a statement, and none.
        (UsageScan { users: users(900), ..UsageScan::default() }, Summed::ByRow),
        (UsageScan { users: users(0), ..UsageScan::default() }, Summed::ByRow),
    ];
    for (scan, expected) in scans {
        let (summed, ..) = check(&mut *view, &scan, &grain, &calendar);
        assert_eq!(summed, expected);
    }
}

pub(crate) fn an_answer_says_who_summed_its_rows(place: &mut dyn Place) {
    place.create(&small().tables());
    let by = |path| engine_by(path, place);
    assert_eq!(by(Path::PushDown).total().expect("an answer").source, Source::PushDown);
    assert_eq!(by(Path::Rows).total().expect("an answer").source, Source::Rows);
    // A single node's rows are picked out by exact text, which is ours to decide.
    let details = by(Path::PushDown).node_details(NodeId(7)).expect("an answer");
    assert_eq!(details.source, Source::Rows);
}

pub(crate) fn sums_beyond_64_bits_are_several_cells(place: &mut dyn Place) {
    let mut database = small();
    database.usage = (1..=5).map(|id| row(id, NOW - id, "Tokyo")).collect();
    for row in &mut database.usage {
        (row.u, row.d) = (i64::MAX, row.id);
    }
    place.create(&database.tables());
    let store = store(place);
    let mut view = store.view().expect("a view");
    let calendar = Calendar::new(jiff::tz::TimeZone::UTC, NOW);
    let grain = Grain { users: true, ..Grain::default() };
    let (summed, cells, _) = check(&mut *view, &UsageScan::default(), &grain, &calendar);
    assert_eq!((summed, cells), (Summed::ByDatabase, 3));
    answer(place, &rank_users());
}

pub(crate) fn columns_that_need_not_be_told_apart_do_not_hide_bad_values(place: &mut dyn Place) {
    // A question that tells neither users nor nodes apart.
    for spoilt in ["user_id = NULL", "node = NULL", "t = -1", "u = -1", "d = NULL"] {
        let loose = |table: traffic_engine_testkit::tables::Table| match table.name {
            "user_usage" => table
                .defining("user_id", "int NULL")
                .defining("t", "int NULL")
                .defining("d", "bigint NULL")
                .defining("node", "varchar(50) NULL"),
            _ => table,
        };
        let mut database = small();
        database.usage.extend((2..=20).map(|id| row(id, NOW - id, "Tokyo")));
        place.create(&database.tables().into_iter().map(loose).collect::<Vec<_>>());
        place.run(&format!("UPDATE user_usage SET {spoilt} WHERE id = 13"));
        for question in [Question::Total, Question::Peak, Question::Today, Question::Live] {
            let error = refusal(place, &question);
            let StoreError::BadValue { row, column, .. } = &error else { panic!("{error:?}") };
            assert_eq!(row, "id 13");
            assert!(spoilt.starts_with(column), "{spoilt}: {error}");
        }
        clear(place);
    }
}

fn clear(place: &mut dyn Place) {
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("DROP TABLE `{table}`"));
    }
}
