//! `pulse-bench hostile`: what a stranger can post, and what each read then takes, of a server whose memory is limited; and which
//! bodies cost the most to read.

mod bodies;
mod cage;

use std::time::{Duration, Instant};

use anyhow::Result;

use self::{
    bodies::{Kind, body, dear, many_pages},
    cage::Cage,
};
use crate::{
    cli::HostileOptions,
    client::Client,
    process::{Server, Signal},
    progress::Progress,
    report::{number, table},
    scene::{Place, Scene},
    target::Target,
    usage::{Memory, Usage},
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// Every read there is, with the session's id where `ID` stands.
const READS: [&str; 8] = [
    "/api/sessions?limit=50",
    "/api/sessions?limit=50&sort=frustration",
    "/api/analytics/ID?limit=1",
    "/api/analytics/ID?limit=1000",
    "/api/heatmap/ID",
    "/api/pages",
    "/api/paths",
    "/api/heatmap?page=%2Fhostile",
];

/// Refused in a row: the server takes no more of these.
const GIVE_UP: u32 = 50;

/// Between two looks whether a server has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Requests of each of the dearest bodies.
const DEAR: u32 = 100;

pub(crate) async fn run(options: &HostileOptions) -> Result<()> {
    let (megabytes, sessions, times) = if options.quick { (0.01, 3, 5) } else { (options.megabytes, 500, DEAR) };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let kinds = [Kind::Outlines, Kind::Positions, Kind::Pages];
    let mut progress = Progress::new((scene.len() * (kinds.len() + 2)) as u64);
    let (mut rows, mut costs) = (Vec::new(), Vec::new());
    for target in scene.order(0) {
        for kind in kinds {
            progress.step(&format!("{}: a session of {kind:?}, {megabytes} MB on the wire", target.name()));
            let place = scene.place(target, &format!("{kind:?}"))?;
            let case = format!("{}, {kind:?}", target.name());
            let mut trial = Trial::start(place, options.memory, case)?;
            trial.post_until(megabytes * 1e6, kind).await?;
            rows.extend(trial.read().await?);
        }
        progress.step(&format!("{}: {sessions} sessions of 1,000 pages", target.name()));
        let place = scene.place(target, "many")?;
        let mut trial = Trial::start(place, options.memory, format!("{}, many pages", target.name()))?;
        for session in 0..sessions {
            trial.post(&many_pages(session)).await?;
        }
        rows.extend(trial.read().await?);

        progress.step(&format!("{}: the dearest bodies", target.name()));
        let place = scene.place(target, "dear")?;
        costs.extend(dearest(place.start()?, &place, times).await?);
        place.clear().await?;
    }
    drop(progress);
    println!("\nA server with {} MiB; memory over that before the bodies came\n", options.memory);
    println!("{}", table(&["", "status", "ms", "memory + MiB"], rows));
    println!("{}", table(&["body", "bytes", "CPU us", ": normal, same bytes"], costs));
    Ok(())
}

/// A server in a cage that bodies are posted to.
struct Trial<'a> {
    place: Place<'a>,
    case: String,
    cage: Option<Cage>,
    server: Server,
    client: Client,
    before: Memory,
    limit: u64,
    sent: u32,
    bytes: usize,
    refused: u32,
    aborts: u32,
}

impl<'a> Trial<'a> {
    fn start(place: Place<'a>, mebibytes: u64, case: String) -> Result<Self> {
        let server = place.start()?;
        let cage = Cage::around(server.process.id(), mebibytes << 20).ok();
        let (client, before) = (Client::new(server.address), Memory::of(server.process.id())?);
        Ok(Self {
            place,
            case,
            cage,
            server,
            client,
            before,
            limit: mebibytes << 20,
            sent: 0,
            bytes: 0,
            refused: 0,
            aborts: 0,
        })
    }

    async fn post_until(&mut self, bytes: f64, kind: Kind) -> Result<()> {
        let (mut rng, mut in_a_row) = (fastrand::Rng::with_seed(1), 0);
        while (self.bytes as f64) < bytes && in_a_row < GIVE_UP {
            let taken = self.post(&body(kind, self.sent, &mut rng)).await?;
            in_a_row = if taken { 0 } else { in_a_row + 1 };
        }
        Ok(())
    }

    async fn post(&mut self, body: &[u8]) -> Result<bool> {
        let taken = match self.client.post("/api/track", body).await {
            Ok(answer) => answer.status == 200,
            Err(_) => {
                self.revive()?;
                false
            }
        };
        self.sent += 1;
        self.bytes += body.len();
        self.refused += u32::from(!taken);
        Ok(taken)
    }

    /// A row for what was posted, each read, and a restart. An abort is a row, too, and the server is started again.
    async fn read(mut self) -> Result<Vec<Vec<String>>> {
        let note = if self.cage.is_some() { "" } else { ", no limit: this system allows none" };
        let what = format!("{}: {} bodies, {} refused, {} bytes{note}", self.case, self.sent, self.refused, self.bytes);
        let mut rows = vec![vec![what, String::new(), String::new(), self.growth()]];
        self.revive()?;
        for read in READS {
            let path = read.replace("ID", bodies::SESSION);
            let (status, ms) = match self.client.get(&path).await {
                Ok(answer) => (answer.status.to_string(), number(answer.ms)),
                Err(_) => ("no answer".to_owned(), "-".to_owned()),
            };
            rows.push(vec![format!("{}: {read}", self.case), status, ms, self.growth()]);
            self.revive()?;
        }
        let began = Instant::now();
        self.restart()?;
        let ready = self.client.get("/readyz").await.map_or("gone".to_owned(), |answer| answer.status.to_string());
        rows.push(vec![format!("{}: aborts", self.case), self.aborts.to_string(), String::new(), String::new()]);
        rows.push(vec![
            format!("{}: restart", self.case),
            ready,
            number(began.elapsed().as_secs_f64() * 1000.0),
            self.growth(),
        ]);
        drop((self.server, self.cage));
        self.place.clear().await?;
        Ok(rows)
    }

    /// Starts the server again if it has ended, and counts that.
    fn revive(&mut self) -> Result<()> {
        // A process that was killed takes a moment to be gone.
        std::thread::sleep(LOOK);
        if self.server.process.ended()?.is_some() {
            self.aborts += 1;
            self.restart()?;
        }
        Ok(())
    }

    fn restart(&mut self) -> Result<()> {
        // SQLite has one server: the one before has to end. One that is gone hears nothing.
        if self.server.process.ended()?.is_none() {
            self.server.process.signal(Signal::Terminate)?;
        }
        while self.server.process.ended()?.is_none() {
            std::thread::sleep(LOOK);
        }
        self.cage = None;
        self.server = self.place.start()?;
        self.cage = Cage::around(self.server.process.id(), self.limit).ok();
        self.client = Client::new(self.server.address);
        Ok(())
    }

    /// Of the most memory that the server ever had.
    fn growth(&self) -> String {
        let now = Memory::of(self.server.process.id());
        now.map_or("-".to_owned(), |now| number(now.peak.saturating_sub(self.before.now) as f64 / f64::from(1 << 20)))
    }
}

/// CPU of bodies that are made to be dear, against a normal one of the same bytes.
async fn dearest(server: Server, place: &Place<'_>, times: u32) -> Result<Vec<Vec<String>>> {
    let mut client = Client::new(server.address);
    let mut rows = Vec::new();
    for (name, bytes) in dear() {
        let normal = bodies::normal(bytes.len());
        let normal = cost(&mut client, &server, &normal, times).await?;
        let dear = cost(&mut client, &server, &bytes, times).await?;
        let name = format!("{}, {name}", place.target.name());
        rows.push(vec![name, bytes.len().to_string(), number(dear), number(dear / normal)]);
    }
    Ok(rows)
}

/// CPU of a request, in us.
async fn cost(client: &mut Client, server: &Server, body: &[u8], times: u32) -> Result<f64> {
    let before = Usage::of(server.process.id(), None)?;
    for _ in 0..times {
        client.post("/api/track", body).await?;
    }
    Ok((Usage::of(server.process.id(), None)? - before).server_us / f64::from(times))
}
