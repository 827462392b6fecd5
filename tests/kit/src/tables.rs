//! The tables of the V2RaySocks schema, column by column, and made-up rows in them.

use crate::database::{Node, Usage, User};
use crate::json::Json;

/// Table `user` with these rows.
pub fn user(users: &[User]) -> Table {
    Table::new("user", USER, users.iter().map(user_row))
}

/// Table `node` with these rows and all its columns.
pub fn node(nodes: &[Node]) -> Table {
    Table::new("node", NODE, nodes.iter().map(node_row))
}

/// Table `user_usage` with these rows.
pub fn user_usage(usage: &[Usage]) -> Table {
    Table::new("user_usage", USER_USAGE, usage.iter().map(usage_row))
}

/// A table as it is to be created: columns with their definitions, and rows.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: &'static str,
    /// Name and definition; the first is the primary key.
    pub columns: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Vec<Value>>,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
}

impl Table {
    fn new(
        name: &'static str,
        columns: &[(&'static str, &'static str)],
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Self {
        Self { name, columns: columns.to_vec(), rows: rows.collect() }
    }

    /// The table without a column.
    pub fn without(mut self, column: &str) -> Self {
        let at = self.place(column);
        self.columns.remove(at);
        for row in &mut self.rows {
            row.remove(at);
        }
        self
    }

    /// The table with another definition of a column.
    pub fn defining(mut self, column: &'static str, definition: &'static str) -> Self {
        let at = self.place(column);
        self.columns[at].1 = definition;
        self
    }

    /// The table with `value` in a column of its first row.
    pub fn holding(mut self, column: &str, value: Value) -> Self {
        let at = self.place(column);
        self.rows[0][at] = value;
        self
    }

    /// A row with all its columns, as the module shows them.
    pub fn record(&self, row: usize) -> Json {
        let names = self.columns.iter().map(|(name, _)| (*name).to_owned());
        Json::Map(names.zip(self.rows[row].iter().map(Json::from)).collect())
    }

    fn place(&self, column: &str) -> usize {
        let place = self.columns.iter().position(|(name, _)| *name == column);
        place.unwrap_or_else(|| panic!("table {} has no column {column}", self.name))
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::Text(text) => text.as_str().into(),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

const PRIMARY_KEY: &str = "int NOT NULL AUTO_INCREMENT PRIMARY KEY";

const USER: &[(&str, &str)] = &[
    ("id", PRIMARY_KEY),
    ("uuid", "varchar(36) NOT NULL"),
    ("t", "int NOT NULL DEFAULT 0"),
    ("u", "bigint NOT NULL"),
    ("d", "bigint NOT NULL"),
    ("transfer_enable", "bigint NOT NULL"),
    ("enable", "tinyint NOT NULL DEFAULT 1"),
    ("created_at", "int NOT NULL"),
    ("updated_at", "int NOT NULL"),
    ("need_reset", "tinyint(1) NOT NULL DEFAULT 1"),
    ("sid", "int NOT NULL"),
    ("packageid", "int DEFAULT NULL"),
    ("speedlimitss", "int DEFAULT NULL"),
    ("speedlimitother", "int DEFAULT NULL"),
    ("illegal", "int NOT NULL DEFAULT 0"),
    ("remark", "varchar(100) DEFAULT NULL"),
];

const NODE: &[(&str, &str)] = &[
    ("id", PRIMARY_KEY),
    ("type", "varchar(100) NOT NULL DEFAULT 'vmess'"),
    ("name", "varchar(100) NOT NULL"),
    ("address", "varchar(100) NOT NULL"),
    ("client_port", "varchar(100) NOT NULL"),
    ("backend_port", "int NOT NULL"),
    ("multiple_entry", "varchar(300) DEFAULT NULL"),
    ("multiple_entry_type", "tinyint DEFAULT NULL"),
    ("port_range", "varchar(11) NOT NULL"),
    ("transfer_type", "varchar(11) DEFAULT NULL"),
    ("weekly_reset_port", "int NOT NULL DEFAULT 0"),
    ("allow_reset_port", "tinyint NOT NULL"),
    ("max_traffic", "int NOT NULL DEFAULT 0"),
    ("tls", "varchar(100) DEFAULT NULL"),
    ("network", "varchar(100) DEFAULT 'tcp'"),
    ("snidomain", "varchar(100) DEFAULT NULL"),
    ("encryption", "varchar(100) DEFAULT NULL"),
    ("dns_json", "json DEFAULT NULL"),
    ("network_settings_json", "json DEFAULT NULL"),
    ("domain_rule_json", "json DEFAULT NULL"),
    ("protocol_rule_json", "json DEFAULT NULL"),
    ("traffic_rate", "float DEFAULT 1"),
    ("dynamic_rate_case", "varchar(3) DEFAULT NULL"),
    ("country", "varchar(100) DEFAULT NULL"),
    ("device_limit", "int DEFAULT NULL"),
    ("speed_limit", "int DEFAULT NULL"),
    ("excessive_speed_limit", "int NOT NULL DEFAULT 0"),
    ("tag", "varchar(1024) DEFAULT NULL"),
    ("statistics", "bigint DEFAULT 0"),
    ("statistics_reset_day", "tinyint NOT NULL"),
    ("status", "json DEFAULT NULL"),
    ("assigned", "varchar(1024) DEFAULT NULL"),
    ("online", "int DEFAULT 0"),
    ("last_online", "int DEFAULT 0"),
    ("enable", "tinyint(1) NOT NULL DEFAULT 1"),
    ("remark", "text DEFAULT NULL"),
    ("vps_url", "varchar(1024) DEFAULT NULL"),
];

const USER_USAGE: &[(&str, &str)] = &[
    ("id", PRIMARY_KEY),
    ("user_id", "int NOT NULL"),
    ("t", "int NOT NULL"),
    ("u", "bigint NOT NULL"),
    ("d", "bigint NOT NULL"),
    ("node", "varchar(50) NOT NULL"),
    ("count_rate", "float DEFAULT NULL"),
];

fn user_row(user: &User) -> Vec<Value> {
    vec![
        user.id.into(),
        (&user.uuid).into(),
        Value::Int(0),
        user.u.into(),
        user.d.into(),
        user.transfer_enable.into(),
        user.enable.into(),
        user.created_at.into(),
        Value::Int(1_700_000_000),
        Value::Int(1),
        user.sid.into(),
        Value::Null,
        user.speedlimitss.into(),
        user.speedlimitother.into(),
        user.illegal.into(),
        user.remark.as_ref().into(),
    ]
}

fn node_row(node: &Node) -> Vec<Value> {
    let (nothing, zero) = (|| Value::Null, || Value::Int(0));
    vec![
        node.id.into(),
        (&node.kind).into(),
        (&node.name).into(),
        (&node.address).into(),
        "443".into(),
        Value::Int(8_443),
        nothing(),
        nothing(),
        "1-65535".into(),
        nothing(),
        zero(),
        zero(),
        node.max_traffic.into(),
        nothing(),
        "tcp".into(),
        nothing(),
        nothing(),
        nothing(),
        r#"{"path": "/"}"#.into(),
        nothing(),
        nothing(),
        node.traffic_rate.into(),
        nothing(),
        node.country.as_ref().into(),
        nothing(),
        node.speed_limit.into(),
        node.excessive_speed_limit.into(),
        node.tag.as_ref().into(),
        node.statistics.into(),
        Value::Int(1),
        nothing(),
        nothing(),
        zero(),
        node.last_online.into(),
        node.enable.into(),
        nothing(),
        nothing(),
    ]
}

fn usage_row(row: &Usage) -> Vec<Value> {
    vec![
        row.id.into(),
        row.user_id.into(),
        row.t.into(),
        row.u.into(),
        row.d.into(),
        (&row.node).into(),
        row.count_rate.into(),
    ]
}
