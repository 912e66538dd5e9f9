//! The vendor as an operator and its players meet it: over HTTP and the feed, with a wallet that
//! can fail in every way.

mod betting;
mod crash;
mod faults;
mod operator_trouble;
mod program;
mod promotion;
mod refusals;
mod statement;
mod support;
