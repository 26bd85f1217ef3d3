#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pulse_core::fuzzing::sums_row(bytes));
