//! The host page: loads, contains, supervises and connects fragments.
//!
//! Two halves. [`core`] decides and is pure: state machines, the bus, routes, policies; it knows
//! neither browser nor clock and is tested natively. `edge` carries out and is thin: it owns every
//! browser call.
//!
//! **Architecture invariant:** the shell never links a fragment and uses no UI framework. It knows
//! fragments by the manifest and the ABI only. What a fragment does wrong stays in its slot.

/// A third of the size of the standard library's; 1.8 KB after compression.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub mod core;
#[cfg(target_arch = "wasm32")]
pub mod edge;
