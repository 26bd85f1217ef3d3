//! A menu, as a warp app. Pulse is a layer around its filters, and the page has Pulse's tag by itself. `MENU_LISTEN` sets
//! the address and `PULSE_STORE` where visits are kept.

use std::{env, error::Error, pin::pin};

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use pulse_core::{Access, Pulse};
use tokio::net::TcpListener;
use tower_layer::Layer as _;
use warp::Filter as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("MENU_LISTEN").unwrap_or_else(|_| "127.0.0.1:8084".into());
    let store = env::var("PULSE_STORE").unwrap_or_else(|_| "sqlite:pulse-data/menu.db".into());
    let listener = TcpListener::bind(&address).await?;
    let pulse = Pulse::open(&store, Access::loopback()).await?;
    let page = include_str!("menu.html").replace("{pulse}", &pulse.tag("/pulse"));
    let menu = warp::path::end().map(move || warp::reply::html(page.clone()));
    let app = pulse.layer("/pulse").layer(warp::service(menu));

    println!("Menu on http://{}", listener.local_addr()?);
    // warp's own server takes filters alone; hyper's takes any service.
    let (server, open) = (auto::Builder::new(TokioExecutor::new()), GracefulShutdown::new());
    let mut stopped = pin!(pulse.drain_after(async { drop(tokio::signal::ctrl_c().await) }));
    loop {
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            () = &mut stopped => break,
        };
        let service = TowerToHyperService::new(app.clone());
        let connection = server.serve_connection(TokioIo::new(stream), service).into_owned();
        tokio::spawn(open.watch(connection));
    }
    open.shutdown().await;
    pulse.close().await;
    Ok(())
}
