//! The figures as Markdown: the ratios first, then what each target did.

mod figures;
mod table;

pub(crate) use self::table::table;

use crate::{
    cli::{IngestOptions, Programs, ReadOptions},
    ingest::{Phase, Round, Run},
    read::{self, Answer, Cost},
    report::figures::{Figure, INGEST, READ},
    target::Target,
    traffic::EVENTS,
};

/// The whole report on batches that come in.
pub(crate) fn ingest(options: &IngestOptions, rounds: &[Round]) -> String {
    let IngestOptions { seconds, connections, sessions, rate, seed, programs, body, .. } = options;
    let mongod = mongod(programs);
    let mut text = format!(
        "\n{EVENTS}-event batches ({body:?}'s form), {connections} connections, {sessions} sessions, {} rounds of {seconds} s, seed {seed}, \
         MongoDB {mongod}. Medians of the rounds; ratios are made within a round.\n\n",
        rounds.len(),
    );
    text += &table(&["figure", "reach", "measured", "rounds", ""], figures(&INGEST, rounds));
    text += "\nClosed loop: each connection sends when it has its answer.\n\n";
    let heads =
        ["", "batches/s", "p50 ms", "p99 ms", "p99.9 ms", "CPU server us", "CPU mongod us", "written B", "B/event"];
    text += &table(
        &heads,
        targets(rounds, |run| {
            let written = run.closed.per_batch(run.closed.used.written);
            [vec![run.closed.load.per_second()], cost(&run.closed), vec![written, run.stored.unwrap_or(f64::NAN)]]
                .concat()
        }),
    );
    text += &format!("\nOpen loop: {rate} batches/s, timed from when each was due.\n\n");
    text += &table(&heads[..7], targets(rounds, |run| [vec![run.open.load.per_second()], cost(&run.open)].concat()));
    let refused: u64 =
        rounds.iter().flat_map(Round::values).map(|run| run.closed.load.refused + run.open.load.refused).sum();
    if refused > 0 {
        text += &format!("\n{refused} batches were refused, and are in no figure.\n");
    }
    text
}

/// The whole report on answers that go out.
pub(crate) fn read(options: &ReadOptions, rounds: &[read::Round]) -> String {
    let ReadOptions { requests, sessions, batches, seed, programs, .. } = options;
    let mut text = format!(
        "\nA session of {} events among {sessions} others, {requests} requests one after the other, warm, {} rounds, \
         seed {seed}, MongoDB {}. Medians of the rounds.\n\n",
        *batches as usize * EVENTS,
        rounds.len(),
        mongod(programs),
    );
    text += &table(&["figure", "reach", "measured", "rounds", ""], figures(&READ, rounds));
    text += "\n";
    let costs: Vec<(Answer, Target)> = rounds.first().into_iter().flat_map(|round| round.keys().copied()).collect();
    let row = |of: (Answer, Target)| {
        let columns = rounds.iter().filter_map(|round| round.get(&of)).map(answer_cost).collect();
        row(format!("{}, {}", of.0.name(), of.1.name()), columns)
    };
    let heads = ["", "p50 ms", "p99 ms", "CPU server us", "CPU mongod us", "bytes"];
    text + &table(&heads, costs.into_iter().map(row).collect())
}

fn answer_cost(cost: &Cost) -> Vec<f64> {
    let answers = cost.load.answers() as f64;
    let Cost { load, used, bytes } = cost;
    vec![
        load.quantile_ms(0.5),
        load.quantile_ms(0.99),
        used.server_us / answers,
        used.mongod_us / answers,
        *bytes as f64,
    ]
}

fn mongod(programs: &Programs) -> &'static str {
    if programs.replica_set { "a replica set of one" } else { "standalone" }
}

/// Latencies and CPU.
fn cost(phase: &Phase) -> Vec<f64> {
    let quantiles = [0.5, 0.99, 0.999].map(|share| phase.load.quantile_ms(share));
    let cpu = [phase.used.server_us, phase.used.mongod_us].map(|used| phase.per_batch(used));
    [quantiles.as_slice(), &cpu].concat()
}

fn figures<R>(figures: &[Figure<R>], rounds: &[R]) -> Vec<Vec<String>> {
    let rows = figures.iter().filter_map(|figure| {
        let mut values: Vec<f64> = rounds.iter().filter_map(figure.of).collect();
        let median = median(&mut values)?;
        let range = format!("{} - {}", number(values[0]), number(values[values.len() - 1]));
        let verdict = if figure.reach.is_met(median) { "reached" } else { "missed" };
        Some(vec![figure.name.into(), figure.reach.to_string(), number(median), range, verdict.into()])
    });
    rows.collect()
}

/// A row per target with the medians of its columns.
fn targets(rounds: &[Round], columns: impl Fn(&Run) -> Vec<f64>) -> Vec<Vec<String>> {
    let targets: Vec<Target> = rounds.first().into_iter().flat_map(|round| round.keys().copied()).collect();
    let row = |target: Target| {
        row(target.name().to_owned(), rounds.iter().filter_map(|round| round.get(&target)).map(&columns).collect())
    };
    targets.into_iter().map(row).collect()
}

/// A name, and the median of each column over the rounds.
fn row(name: String, rounds: Vec<Vec<f64>>) -> Vec<String> {
    let width = rounds.first().map_or(0, Vec::len);
    let medians = (0..width).map(|column| {
        let mut values: Vec<f64> = rounds.iter().map(|columns| columns[column]).collect();
        median(&mut values).map_or_else(String::new, number)
    });
    std::iter::once(name).chain(medians).collect()
}

/// Sorts; the mean of the two in the middle when there is no middle one.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[middle - 1] + upper) / 2.0 })
}

/// The value that this share of the values does not exceed. Sorts.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Three digits that mean something; `-` for what there is none of.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() || value == 0.0 => "-".into(),
        0.0..1.0 => format!("{value:.2}"),
        1.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.256, 7.06, 4321.4, f64::NAN, 0.0].map(number), ["0.26", "7.1", "4321", "-", "-"]);
    }
}
