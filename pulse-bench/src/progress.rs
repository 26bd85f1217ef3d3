//! How far a run is: a bar on a terminal, plain lines elsewhere.

use std::{io::IsTerminal as _, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

/// Counts steps, and shows the one that is being done.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    steps: u64,
    step: u64,
}

impl Progress {
    /// A run of so many steps.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(steps);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}  {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, steps, step: 0 }
    }

    /// One more step begins.
    pub fn step(&mut self, doing: &str) {
        self.step += 1;
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.step - 1);
                bar.set_message(doing.to_owned());
            }
            None => eprintln!("[{}/{}] {doing}", self.step, self.steps),
        }
    }

    /// One of very many steps is done: a terminal sees each, and anything else every tenth of them.
    pub fn done(&mut self, so_far: &str) {
        self.step += 1;
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.step);
                bar.set_message(so_far.to_owned());
            }
            None if (self.step * 10) / self.steps > ((self.step - 1) * 10) / self.steps => {
                eprintln!("[{}/{}] {so_far}", self.step, self.steps);
            }
            None => {}
        }
    }

    /// A result worth reading before the end.
    pub fn note(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
