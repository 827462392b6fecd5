//! How many rows a second each kernel takes in, on one thread and split over all.
//!
//! `cargo bench -p traffic-engine-microbench --bench kernels [-- FILTER]`, for example `-- 500k/arrival`.

mod columns;

use columns::{Columns, Shape};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use traffic_engine::column::Cells;
use traffic_engine::query::aggregate::Aggregating;
use traffic_engine::query::live::LiveCounting;
use traffic_engine::query::rank_nodes::NodeRanking;
use traffic_engine::query::rank_users::UserRanking;
use traffic_engine::query::slots::NodeIndex;
use traffic_engine::query::{Kernel, Mergeable};
use traffic_engine::{GroupBy, Limit, NodeSort, UserSort};

fn kernels(criterion: &mut Criterion) {
    for shape in [Shape::HALF_MILLION, Shape::FIVE_MILLION] {
        let arrival = Columns::made_up(&shape);
        let sorted = arrival.sorted_by_user_and_node();
        for (order, columns) in [("arrival", &arrival), ("sorted", &sorted)] {
            let mut group = criterion.benchmark_group(format!("{}/{order}", shape.name));
            group.sample_size(20).throughput(Throughput::Elements(columns.len() as u64));
            measure(&mut group, columns);
        }
    }
}

fn measure(group: &mut BenchmarkGroup<'_, WallTime>, columns: &Columns) {
    let calendar = columns.calendar();
    let (users, nodes) = (&columns.users, columns.nodes.as_slice());
    let index = NodeIndex::of(nodes);
    let top: Limit = "100".parse().expect("a limit");
    group.bench_function("rank_users", |bench| {
        bench.iter(|| {
            let mut kernel = UserRanking::new(users, &index, calendar.now());
            feed(columns, &mut kernel);
            kernel.finish(UserSort::TrafficDesc, top)
        });
    });
    group.bench_function("rank_nodes", |bench| {
        bench.iter(|| {
            let mut kernel = NodeRanking::new(nodes, &index, calendar.now());
            feed(columns, &mut kernel);
            kernel.finish(NodeSort::TrafficDesc, top)
        });
    });
    for (name, by) in [
        ("user", GroupBy::User),
        ("node", GroupBy::Node),
        ("time", GroupBy::Time),
        ("hourly", GroupBy::Hourly),
    ] {
        group.bench_function(format!("aggregate_{name}"), |bench| {
            bench.iter(|| {
                let mut kernel = Aggregating::new(by, users, nodes, &index, &calendar);
                feed(columns, &mut kernel);
                kernel.finish()
            });
        });
    }
    group.bench_function("live", |bench| {
        bench.iter(|| {
            let mut kernel = LiveCounting::new(&calendar);
            feed(columns, &mut kernel);
            kernel.finish(users.len(), nodes)
        });
    });
    group.bench_function("rank_users_empty", |bench| {
        bench.iter(|| {
            let kernel = UserRanking::new(black_box(users), &index, calendar.now());
            kernel.finish(UserSort::TrafficDesc, top)
        });
    });
}

fn feed(columns: &Columns, kernel: &mut dyn Kernel) {
    for cells in columns.batches() {
        kernel.add(&cells);
    }
}

/// One thread against all, by number of rows: where all begin to pay is `PARALLEL_CELLS_MIN`.
fn threads(criterion: &mut Criterion) {
    let columns = Columns::made_up(&Shape::FIVE_MILLION).sorted_by_user_and_node();
    let calendar = columns.calendar();
    let index = NodeIndex::of(&columns.nodes);
    for rows in [1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 1 << 22] {
        let mut group = criterion.benchmark_group(format!("threads/{rows}"));
        group.sample_size(20).throughput(Throughput::Elements(rows as u64));
        let ranking = || UserRanking::new(&columns.users, &index, calendar.now());
        one_against_all(&mut group, "rank_users", &columns.cells(0, rows), ranking);
        let ranking = || NodeRanking::new(&columns.nodes, &index, calendar.now());
        one_against_all(&mut group, "rank_nodes", &columns.cells(0, rows), ranking);
        let hours =
            || Aggregating::new(GroupBy::Time, &columns.users, &columns.nodes, &index, &calendar);
        one_against_all(&mut group, "aggregate_time", &columns.cells(0, rows), hours);
    }
}

fn one_against_all<K: Mergeable>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    cells: &Cells<'_>,
    new: impl Fn() -> K,
) {
    group.bench_function(format!("{name}/one"), |bench| {
        bench.iter(|| {
            let mut kernel = new();
            kernel.add(cells);
            kernel
        });
    });
    group.bench_function(format!("{name}/all"), |bench| {
        bench.iter(|| {
            let (mut mine, half) = (new(), cells.len() / 2);
            let mut theirs = mine.split();
            rayon::join(
                || mine.add(&cells.part(0..half)),
                || theirs.add(&cells.part(half..cells.len())),
            );
            mine.merge(theirs);
            mine
        });
    });
}

criterion_group!(benches, kernels, threads);
criterion_main!(benches);
