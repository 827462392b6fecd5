//! What a kernel wants to know of rows that the database has merged into the sum of a day.

/// Which part of the kept detail of merged days a kernel takes in, beside the database's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// None: the database's rows are all.
    #[default]
    None,
    /// All of it. For kernels that leave merged days out, because they are no node.
    Nodes,
    /// Only which nodes its users used. For sums by user, which follow the database.
    NodesUsed,
    /// As much as merged days add up to, in their place. For sums by time, which follow the
    /// database.
    Whole,
}
