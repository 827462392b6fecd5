//! The figures for people.

use crate::Result;
use crate::question::Question;
use crate::results::Measured;
use crate::targets::{Bound, Target};
use crate::times::Timed;
use std::io::{StdoutLock, Write};

pub(crate) fn print(measured: &Measured, targets: &[Target]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let plan = measured.size.plan;
    writeln!(
        out,
        "\n{} rows, {} users, {} nodes, {} days; {}; medians of {} rounds\n",
        plan.rows, plan.users, plan.nodes, plan.days, measured.server, measured.rounds
    )?;
    questions(&mut out, measured)?;
    others(&mut out, measured)?;
    memory(&mut out, measured)?;
    promised(&mut out, targets)
}

fn questions(out: &mut StdoutLock<'_>, measured: &Measured) -> Result<()> {
    let heads = ["ms", "best SQL", "DuckDB", "ours", "SQL/ours", "DuckDB/ours"];
    let [what, rest @ ..] = heads;
    write!(out, "{what:<22}")?;
    for head in rest {
        write!(out, " {head:>11}")?;
    }
    writeln!(out, "  how SQL is fastest")?;
    for (question, choice) in &measured.choices {
        let (sql, duckdb, warm) =
            (Timed::Sql(*question), Timed::DuckDb(*question), Timed::Warm(*question));
        write!(out, "{:<22}", question.name())?;
        for ms in [sql, duckdb, warm] {
            write!(out, " {:>11}", figure(measured.median(ms)))?;
        }
        for other in [sql, duckdb] {
            write!(out, " {:>11}", figure(measured.ratio(other, warm)))?;
        }
        writeln!(out, "  {}", choice.how)?;
    }
    Ok(())
}

fn others(out: &mut StdoutLock<'_>, measured: &Measured) -> Result<()> {
    writeln!(out)?;
    for (what, timed) in [
        ("the original's user ranking, one statement", Timed::Original),
        ("the original's user ranking page", Timed::OriginalPage),
    ] {
        let longer = if measured.exceeded.contains(&timed) { ">" } else { "" };
        writeln!(out, "{what:<44} {longer:>1}{:>10}", figure(measured.at_least(timed)))?;
    }
    for (what, timed) in [
        ("streaming every row", Timed::Stream),
        ("ours without snapshot, user ranking by rows", Timed::RankByRows),
        ("ours cold: build in a new directory", Timed::Cold),
        ("ours refresh of 5 000 new rows", Timed::Refresh),
        ("ours warm", Timed::Warm(Question::RankUsers)),
        ("ours in a new process", Timed::Open),
    ] {
        writeln!(out, "{what:<44} {:>11}", figure(measured.median(timed)))?;
    }
    Ok(())
}

fn memory(out: &mut StdoutLock<'_>, measured: &Measured) -> Result<()> {
    let memory = &measured.memory;
    let stages =
        memory.stages.iter().map(|stage| format!("{} {:.1}", stage.name, stage.peak_private_mb));
    writeln!(
        out,
        "\nprivate memory at most {:.1} MB ({}); with mapped files {:.1} MB",
        memory.peak_private_mb,
        stages.collect::<Vec<_>>().join(", "),
        memory.peak_resident_mb
    )?;
    Ok(())
}

fn promised(out: &mut StdoutLock<'_>, targets: &[Target]) -> Result<()> {
    writeln!(out)?;
    for target in targets {
        let bound = match target.bound {
            Bound::AtLeast(least) => format!("≥ {least} {}", target.unit),
            Bound::AtMost(most) => format!("≤ {most} {}", target.unit),
        };
        let mark = match target.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured",
        };
        let reached = figure(target.reached);
        writeln!(out, "{:<44} {bound:>9} {reached:>11}  {mark}", target.what)?;
    }
    Ok(())
}

/// Three digits or more, so that small figures can be told apart.
fn figure(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value < 10.0 => format!("{value:.2}"),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}
