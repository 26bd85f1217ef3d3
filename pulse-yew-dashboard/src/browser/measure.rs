//! What the style sheet decides and a canvas has to know: its size, and when its colours change.

use gloo::{events::EventListener, utils::window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

use crate::map::Size;

/// Width and height of an element in CSS pixels, once they are known, and whenever they change.
#[hook]
pub fn use_size(node: NodeRef) -> Option<Size> {
    let size = use_state_eq(|| None);
    let set = size.setter();
    use_effect_with(node, move |node| {
        let observed = node.cast::<Element>().and_then(|element| {
            let watched = element.clone();
            let measure = Closure::<dyn FnMut()>::new(move || {
                let (width, height) = (watched.client_width(), watched.client_height());
                if width > 0 && height > 0 {
                    set.set(Some((width.into(), height.into())));
                }
            });
            let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, measure))
        });
        move || {
            if let Some((observer, _measure)) = observed {
                observer.disconnect();
            }
        }
    });
    *size
}

/// Changes whenever colours do: another scheme, more contrast.
#[hook]
pub fn use_look() -> u32 {
    let look = use_reducer(|| Look(0));
    let dispatch = look.dispatcher();
    use_effect_with((), move |()| {
        let queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"];
        let lists = queries.into_iter().filter_map(|query| window().match_media(query).ok().flatten());
        let listeners: Vec<_> = lists
            .map(|list| {
                let dispatch = dispatch.clone();
                EventListener::new(&list, "change", move |_| dispatch.dispatch(()))
            })
            .collect();
        move || drop(listeners)
    });
    look.0
}

struct Look(u32);

impl Reducible for Look {
    type Action = ();

    fn reduce(self: std::rc::Rc<Self>, (): ()) -> std::rc::Rc<Self> {
        Self(self.0.wrapping_add(1)).into()
    }
}
