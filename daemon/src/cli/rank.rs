//! `rank users` and `rank nodes`.

mod nodes;
mod users;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reply;
use clap::Subcommand;

/// Rank users or nodes by what they used or have left
#[derive(clap::Args)]
pub(super) struct Rank {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Users(users::Users),
    Nodes(nodes::Nodes),
}

impl Rank {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.what {
            What::Users(users) => users.answer(context),
            What::Nodes(nodes) => nodes.answer(context),
        }
    }
}
