//! The whole gateway, started inside the test on free ports with a small floor and a vendor of the
//! test's own.

mod account;
mod apart;
mod edge;
mod events;
mod examples;
mod faults;
mod frames;
mod house;
mod killed;
mod limits;
mod live;
mod openapi;
mod operators;
#[path = "../shared/place.rs"]
mod place;
mod promotions;
mod registry;
mod vendor;
