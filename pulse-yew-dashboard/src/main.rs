//! Starts the dashboard in the page's body.

use pulse_yew_dashboard::components::App;

fn main() {
    yew::Renderer::<App>::new().render();
}
