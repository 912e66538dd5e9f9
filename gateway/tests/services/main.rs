//! Identity, wallet and the vendor's calls, over their routes, on a place of their own.

mod batches;
mod crash;
mod currencies;
mod histories;
mod identity_abuse;
mod identity_account;
mod identity_devices;
mod identity_operators;
mod identity_password;
mod identity_sessions;
mod identity_sources;
mod limits_breaks;
mod limits_checks;
mod limits_consumption;
mod limits_properties;
mod limits_settings;
mod nats;
#[path = "../shared/nats_server.rs"]
mod nats_server;
#[path = "../shared/place.rs"]
mod place;
mod postgres;
mod postgres_tls;
mod projections;
mod promotions_terms;
mod rebuild;
mod refusal_order;
mod risk_decisions;
mod risk_facts;
mod risk_histories;
mod risk_reviews;
mod sqlite;
mod sqlite_verify;
mod support;
mod vendor_calls;
mod vendor_overdue;
mod vendor_promos;
mod vendor_signatures;
mod verify;
mod wallet_bad_input;
mod wallet_commands;
mod wallet_history;
mod wallet_reservations;
