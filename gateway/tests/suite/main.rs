//! The whole gateway, started inside the test on free ports with a small floor and a vendor of the
//! test's own.

mod account;
mod apart;
mod canary;
mod crashes;
mod deltas;
mod edge;
mod edges;
mod events;
mod examples;
mod faults;
mod frames;
mod house;
mod inspect;
mod killed;
mod limits;
mod live;
mod logs;
mod nats;
#[path = "../shared/nats_server.rs"]
mod nats_server;
mod openapi;
mod operators;
mod packs;
#[path = "../shared/place.rs"]
mod place;
mod process;
mod promotions;
mod reconcile;
mod registry;
mod shipping;
mod shipping_attacks;
mod shipping_bucket;
mod shipping_health;
mod shipping_operators;
mod shipping_rules;
mod signed;
mod sqlite_full_disk;
mod team;
mod telemetry;
mod vendor;
