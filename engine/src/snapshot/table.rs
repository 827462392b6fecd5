//! The tables a snapshot keeps, as columns: usage rows, cells, users and nodes.

use super::arrow::{
    About, BatchWriter, Problem, Table, coded, encode, floats, maybe_numbers, numbers, texts,
};
use crate::column::{
    CellBatch, Cells, NODES_PER_WORD, NodeTexts, Rows, TotalBatch, Totals, UsageBatch,
};
use crate::store::{Faults, Node, UserColumns};
use crate::units::NodeId;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Int64Array, StringArray, UInt64Array};
use arrow_buffer::ScalarBuffer;
use arrow_schema::Field;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// Usage rows in mapped memory.
pub(super) struct RowTable {
    id: ScalarBuffer<i64>,
    user_id: ScalarBuffer<i64>,
    t: ScalarBuffer<i64>,
    upload: ScalarBuffer<u64>,
    download: ScalarBuffer<u64>,
    node: ScalarBuffer<u32>,
    count_rate: ScalarBuffer<f64>,
    texts: NodeTexts,
}

impl RowTable {
    pub(super) fn encode(
        batch: UsageBatch,
        dictionary: &NodeTexts,
        about: &About,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let columns = vec![
            ("id", numbers::<Int64Type>(batch.id)),
            ("user_id", numbers::<Int64Type>(batch.user_id)),
            ("t", numbers::<Int64Type>(batch.t)),
            ("u", numbers::<UInt64Type>(batch.upload)),
            ("d", numbers::<UInt64Type>(batch.download)),
            ("node", coded(batch.node, dictionary.iter())),
            ("count_rate", floats(batch.count_rate)),
        ];
        encode(columns, about, out)
    }

    pub(super) fn decode(table: &Table) -> Result<Self, Problem> {
        let (node, dictionary) = table.coded("node")?;
        Ok(Self {
            id: table.ints("id")?,
            user_id: table.ints("user_id")?,
            t: table.ints("t")?,
            upload: table.counts("u")?,
            download: table.counts("d")?,
            node,
            count_rate: table.floats("count_rate")?,
            texts: node_texts(dictionary)?,
        })
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// When there are fewer.
    pub(super) fn rows(&self, range: Range<usize>) -> Rows<'_> {
        let all = Rows {
            id: &self.id,
            user_id: &self.user_id,
            t: &self.t,
            upload: &self.upload,
            download: &self.download,
            node: &self.node,
            count_rate: &self.count_rate,
            texts: &self.texts,
        };
        all.part(range)
    }
}

/// Cells in mapped memory.
pub(super) struct CellTable {
    user_id: ScalarBuffer<i64>,
    node: ScalarBuffer<u32>,
    first: ScalarBuffer<i64>,
    last: ScalarBuffer<i64>,
    upload: ScalarBuffer<u64>,
    download: ScalarBuffer<u64>,
    records: ScalarBuffer<u64>,
    texts: NodeTexts,
}

impl CellTable {
    pub(super) fn encode(
        batch: CellBatch,
        dictionary: &NodeTexts,
        about: &About,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let columns = vec![
            ("user_id", numbers::<Int64Type>(batch.user_id)),
            ("node", coded(batch.node, dictionary.iter())),
            ("first_t", numbers::<Int64Type>(batch.first)),
            ("last_t", numbers::<Int64Type>(batch.last)),
            ("u", numbers::<UInt64Type>(batch.upload)),
            ("d", numbers::<UInt64Type>(batch.download)),
            ("records", numbers::<UInt64Type>(batch.records)),
        ];
        encode(columns, about, out)
    }

    pub(super) fn decode(table: &Table) -> Result<Self, Problem> {
        let (node, dictionary) = table.coded("node")?;
        Ok(Self {
            user_id: table.ints("user_id")?,
            node,
            first: table.ints("first_t")?,
            last: table.ints("last_t")?,
            upload: table.counts("u")?,
            download: table.counts("d")?,
            records: table.counts("records")?,
            texts: node_texts(dictionary)?,
        })
    }

    /// Some of the cells.
    ///
    /// # Panics
    /// When there are fewer.
    pub(super) fn cells(&self, range: Range<usize>) -> Cells<'_> {
        let all = Cells {
            user_id: &self.user_id,
            node: &self.node,
            first: &self.first,
            last: &self.last,
            upload: &self.upload,
            download: &self.download,
            records: Some(&self.records),
            texts: &self.texts,
        };
        all.part(range)
    }
}

impl CellTable {
    /// True when the dictionary has this text.
    pub(super) fn knows(&self, text: &str) -> bool {
        self.texts.code(text.as_bytes()).is_some()
    }
}

/// Totals in mapped memory.
pub(super) struct TotalTable {
    user_id: ScalarBuffer<i64>,
    first: ScalarBuffer<i64>,
    last: ScalarBuffer<i64>,
    upload: ScalarBuffer<u64>,
    download: ScalarBuffer<u64>,
    records: ScalarBuffer<u64>,
    nodes: Vec<ScalarBuffer<u64>>,
    texts: NodeTexts,
}

impl TotalTable {
    pub(super) fn encode(
        batch: TotalBatch,
        dictionary: &NodeTexts,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // The column is there for its dictionary, which the bits of the words stand for.
        let node = vec![0; batch.user_id.len()];
        let mut columns = vec![
            ("user_id".to_owned(), numbers::<Int64Type>(batch.user_id)),
            ("node".to_owned(), coded(node, dictionary.iter())),
            ("first_t".to_owned(), numbers::<Int64Type>(batch.first)),
            ("last_t".to_owned(), numbers::<Int64Type>(batch.last)),
            ("u".to_owned(), numbers::<UInt64Type>(batch.upload)),
            ("d".to_owned(), numbers::<UInt64Type>(batch.download)),
            ("records".to_owned(), numbers::<UInt64Type>(batch.records)),
        ];
        let words = batch.nodes.into_iter().map(numbers::<UInt64Type>);
        columns.extend((0..).map(word_column).zip(words));
        encode(columns, &About::new(), out)
    }

    pub(super) fn decode(table: &Table) -> Result<Self, Problem> {
        let (_, dictionary) = table.coded("node")?;
        let words = dictionary.len().div_ceil(NODES_PER_WORD);
        let nodes: Vec<_> =
            (0..words).map(|at| table.counts(&word_column(at))).collect::<Result<_, _>>()?;
        let spare = dictionary.len() % NODES_PER_WORD;
        if let Some(last) = nodes.last()
            && spare > 0
            && last.iter().any(|word| word >> spare != 0)
        {
            return Err("it has nodes beyond its dictionary".to_owned());
        }
        Ok(Self {
            user_id: table.ints("user_id")?,
            first: table.ints("first_t")?,
            last: table.ints("last_t")?,
            upload: table.counts("u")?,
            download: table.counts("d")?,
            records: table.counts("records")?,
            nodes,
            texts: node_texts(dictionary)?,
        })
    }

    pub(super) fn totals(&self) -> Totals<'_> {
        Totals {
            user_id: &self.user_id,
            first: &self.first,
            last: &self.last,
            upload: &self.upload,
            download: &self.download,
            records: &self.records,
            nodes: self.nodes.iter().map(|words| &**words).collect(),
            texts: &self.texts,
        }
    }
}

fn word_column(at: usize) -> String {
    format!("nodes_{at}")
}

/// A dictionary with the codes it has in a file.
fn node_texts(dictionary: Vec<String>) -> Result<NodeTexts, Problem> {
    let mut texts = NodeTexts::default();
    for (at, text) in dictionary.iter().enumerate() {
        if texts.encode(text) as usize != at {
            return Err(format!("its dictionary holds {text:?} twice"));
        }
    }
    Ok(texts)
}

/// Writes users as they come, in batches of one file: no more than one is held.
pub(super) struct UserWriter<'w>(BatchWriter<'w>);

impl<'w> UserWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> io::Result<Self> {
        let like = user_columns(&UserColumns::of(&[])).into_iter();
        // Whether there is NULL in any of them is not known before the last user.
        let field =
            |(name, array): (_, ArrayRef)| Field::new(name, array.data_type().clone(), true);
        BatchWriter::of_fields(like.map(field).collect(), &About::new(), out).map(Self)
    }

    pub(super) fn push(&mut self, users: &UserColumns) -> io::Result<()> {
        self.0.add(user_columns(users).into_iter().map(|(_, column)| column).collect())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.0.end()
    }
}

fn user_columns(users: &UserColumns) -> Vec<(&'static str, ArrayRef)> {
    let ints = |of: &ScalarBuffer<i64>| -> ArrayRef { Arc::new(Int64Array::new(of.clone(), None)) };
    let counts =
        |of: &ScalarBuffer<u64>| -> ArrayRef { Arc::new(UInt64Array::new(of.clone(), None)) };
    vec![
        ("id", ints(&users.id)),
        ("uuid", Arc::new(users.uuid.clone())),
        ("sid", ints(&users.sid)),
        ("u", counts(&users.upload)),
        ("d", counts(&users.download)),
        ("transfer_enable", ints(&users.transfer_enable)),
        ("transfer_enable_high", ints(&users.transfer_enable_high)),
        ("enable", ints(&users.enable)),
        ("created_at", ints(&users.created_at)),
        ("remark", Arc::new(users.remark.clone())),
        ("speedlimitss", Arc::new(users.speedlimitss.clone())),
        ("speedlimitother", Arc::new(users.speedlimitother.clone())),
        ("illegal", ints(&users.illegal)),
        ("faults", faults((0..users.len()).map(|row| users.faults_of(row)))),
    ]
}

/// Users where they lie: nothing is copied.
pub(super) fn decode_users(table: &Table) -> Result<UserColumns, Problem> {
    let uuid = table.texts("uuid")?.clone();
    if uuid.null_count() > 0 {
        return Err("column uuid holds NULL".to_owned());
    }
    let (faults_of, transfer_enable) = (faults_of(table)?, table.ints("transfer_enable")?);
    let mut faults = Vec::new();
    for row in 0..table.len() {
        let of_row = faults_of(row)?;
        if !of_row.is_empty() {
            faults.push((row, of_row));
        }
    }
    Ok(UserColumns {
        id: table.ints("id")?,
        uuid,
        sid: table.ints("sid")?,
        upload: table.counts("u")?,
        download: table.counts("d")?,
        transfer_enable_high: quotas_high(table, &transfer_enable)?,
        transfer_enable,
        enable: table.ints("enable")?,
        created_at: table.ints("created_at")?,
        remark: table.texts("remark")?.clone(),
        speedlimitss: table.maybe_ints("speedlimitss")?.clone(),
        speedlimitother: table.maybe_ints("speedlimitother")?.clone(),
        illegal: table.ints("illegal")?,
        faults,
    })
}

pub(super) fn encode_nodes(nodes: &[Node], out: &mut dyn Write) -> io::Result<()> {
    let ints = |of: fn(&Node) -> i64| numbers::<Int64Type>(nodes.iter().map(of).collect());
    let limits = |of: fn(&Node) -> Option<i64>| maybe_numbers::<Int64Type>(nodes.iter().map(of));
    let names = |of: fn(&Node) -> Option<&str>| texts(nodes.iter().map(of));
    let columns = vec![
        ("id", ints(|node| node.id.0)),
        ("name", names(|node| Some(&node.name))),
        ("address", names(|node| Some(&node.address))),
        ("enable", ints(|node| node.enable)),
        ("statistics", ints(|node| node.statistics)),
        ("max_traffic", ints(|node| node.max_traffic)),
        ("last_online", ints(|node| node.last_online)),
        ("country", names(|node| node.country.as_deref())),
        ("type", names(|node| Some(&node.kind))),
        ("tag", names(|node| node.tag.as_deref())),
        ("speed_limit", limits(|node| node.speed_limit)),
        ("excessive_speed_limit", limits(|node| node.excessive_speed_limit)),
        ("has_speed_limits", ints(|node| node.has_speed_limits.into())),
        (
            "traffic_rate",
            numbers::<Float64Type>(nodes.iter().map(|node| node.traffic_rate).collect()),
        ),
        ("faults", faults(nodes.iter().map(|node| &node.faults))),
    ];
    encode(columns, &About::new(), out)
}

pub(super) fn decode_nodes(table: &Table) -> Result<Vec<Node>, Problem> {
    let (id, name, address) = (table.ints("id")?, table.texts("name")?, table.texts("address")?);
    let (enable, statistics) = (table.ints("enable")?, table.ints("statistics")?);
    let (max_traffic, last_online) = (table.ints("max_traffic")?, table.ints("last_online")?);
    let (country, kind, tag) = (table.texts("country")?, table.texts("type")?, table.texts("tag")?);
    let speed_limit = table.maybe_numbers::<Int64Type>("speed_limit")?;
    let excessive_speed_limit = table.maybe_numbers::<Int64Type>("excessive_speed_limit")?;
    let has_speed_limits = table.ints("has_speed_limits")?;
    let traffic_rate = table.numbers::<Float64Type>("traffic_rate")?;
    let faults = faults_of(table)?;
    let node = |row: usize| {
        Ok(Node {
            id: NodeId(id[row]),
            name: name.value(row).to_owned(),
            address: address.value(row).to_owned(),
            enable: enable[row],
            statistics: statistics[row],
            max_traffic: max_traffic[row],
            last_online: last_online[row],
            country: country.is_valid(row).then(|| country.value(row).to_owned()),
            kind: kind.value(row).to_owned(),
            tag: tag.is_valid(row).then(|| tag.value(row).to_owned()),
            speed_limit: speed_limit(row),
            excessive_speed_limit: excessive_speed_limit(row),
            has_speed_limits: has_speed_limits[row] != 0,
            traffic_rate: traffic_rate[row],
            faults: faults(row)?,
        })
    };
    (0..table.len()).map(node).collect()
}

/// The faults of each row as text, NULL for none.
fn faults<'a>(rows: impl Iterator<Item = &'a Faults>) -> ArrayRef {
    Arc::new(StringArray::from_iter(rows.map(Faults::to_text)))
}

/// The faults of a row; files of earlier releases hold none.
fn faults_of(table: &Table) -> Result<impl Fn(usize) -> Result<Faults, Problem>, Problem> {
    let texts = table.has("faults").then(|| table.texts("faults").cloned()).transpose()?;
    Ok(move |row: usize| {
        let text = texts.as_ref().filter(|it| it.is_valid(row)).map(|it| it.value(row));
        let foreign = || "a fault is not of our making".to_owned();
        text.map_or_else(|| Ok(Faults::default()), |it| Faults::from_text(it).ok_or_else(foreign))
    })
}

/// The upper 64 bits of quotas; files of earlier releases hold the lower ones alone.
fn quotas_high(table: &Table, low: &ScalarBuffer<i64>) -> Result<ScalarBuffer<i64>, Problem> {
    let name = "transfer_enable_high";
    match table.has(name) {
        true => table.ints(name),
        false => Ok(low.iter().map(|&low| if low < 0 { -1 } else { 0 }).collect()),
    }
}
