//! Problems: the same finding over many sessions.
//!
//! What was counted is in [`page`](super::page) sums; here is what is concluded from the counts.
//!
//! | module | question |
//! | --- | --- |
//! | `interval` | how sure is a share? ([`Share95`]) |
//! | `rank` | how much does it matter? ([`Weight`]) |
//! | `watch` | does what was fixed stay away? ([`verdict`]) |
//! | `mark` | what has somebody decided about it? ([`ProblemMark`]) |

mod interval;
mod mark;
mod rank;
mod watch;

pub use self::{
    interval::Share95,
    mark::{InvalidProblemId, ProblemId, ProblemMark, ProblemStatus},
    rank::Weight,
    watch::{Hits, Verdict, Watch, verdict},
};
