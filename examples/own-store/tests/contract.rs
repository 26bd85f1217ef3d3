//! The store keeps what Pulse expects of one.

use std::sync::Arc;

use own_store::MemoryStore;
use pulse_core::store::{
    Store,
    testing::{StoreHarness, run},
};

struct Memory(Arc<MemoryStore>);

impl StoreHarness for Memory {
    async fn open(&mut self) -> Arc<dyn Store> {
        self.0.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_written_elsewhere_keeps_the_contract() {
    run(|| Memory(Arc::default())).await;
}
