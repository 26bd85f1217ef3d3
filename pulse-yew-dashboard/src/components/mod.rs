//! What is seen: one component a file.

mod app;
mod cards;
mod clicks_panel;
mod device_picker;
mod empty;
mod evidence;
mod icon;
mod insight_card;
mod layer_toggle;
mod marks_table;
mod notice;
mod overview;
mod page_list;
mod page_picker;
mod page_view;
mod problem_card;
mod problem_list;
mod reach_chart;
mod readout;
mod scrubber;
mod segments;
mod session_head;
mod session_item;
mod session_list;
mod session_view;
mod sidebar;
mod sign_in;
mod skeleton;
mod sparkline;
mod stage;
mod time_ago;
mod tracked_link;
mod trails_panel;
mod trails_table;

pub use app::App;
