//! What the shop sells.

/// A shelf of the shop.
pub(crate) struct Category {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
}

/// A figure worth large type, and what it counts.
pub(crate) struct Fact {
    pub(crate) figure: &'static str,
    pub(crate) meaning: &'static str,
}

pub(crate) struct Product {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) category: &'static Category,
    pub(crate) tagline: &'static str,
    pub(crate) dollars: u32,
    /// What the drawing shows, for those who do not see it.
    pub(crate) picture: &'static str,
    pub(crate) about_title: &'static str,
    pub(crate) about: [&'static str; 2],
    pub(crate) facts: [Fact; 3],
    pub(crate) details: [(&'static str, &'static str); 5],
}

const fn fact(figure: &'static str, meaning: &'static str) -> Fact {
    Fact { figure, meaning }
}

static LAMPS: Category = Category {
    slug: "lamps",
    name: "Lamps",
    title: "Lamps. For a softer evening.",
    lead: "Warm light, one dial, and no app.",
};
static RADIOS: Category = Category {
    slug: "radios",
    name: "Radios",
    title: "Radios. For a slower morning.",
    lead: "Turn the knob, and somebody plays you a song.",
};
static KETTLES: Category = Category {
    slug: "kettles",
    name: "Kettles",
    title: "Kettles. For a cup in peace.",
    lead: "Steel and enamel that outlast the kitchen.",
};

/// All shelves, in the order of the menu.
pub(crate) static CATEGORIES: [&Category; 3] = [&LAMPS, &RADIOS, &KETTLES];

/// All products; the first of each category leads its shelf.
pub(crate) static PRODUCTS: [Product; 9] = [
    Product {
        slug: "aero-lamp",
        name: "Aero Lamp",
        category: &LAMPS,
        tagline: "Light that lands softly. One dial, no app.",
        dollars: 129,
        picture: "Desk lamp with an orange dome on a slim stem",
        about_title: "A small sun for the desk.",
        about: [
            "The dome is pressed from one sheet of recycled aluminium. Its inside is matt white, so the light spreads before it reaches your page, and your eyes never meet the bulb.",
            "The dial in the base goes from candle to reading light in one turn. It remembers where you left it. That is all it does, and it will still do it in ten years.",
        ],
        facts: [
            fact("40 h", "on one charge"),
            fact("620 g", "of recycled aluminium"),
            fact("10 yr", "in which every part can be replaced"),
        ],
        details: [
            ("Light", "2700 K, up to 480 lumens"),
            ("Battery", "5200 mAh, replaceable with one screw"),
            ("Charging", "USB-C, full in 3 hours"),
            ("Size", "42 cm high, 21 cm wide"),
            ("In the box", "Lamp, cable, a spare dial"),
        ],
    },
    Product {
        slug: "pebble-lamp",
        name: "Pebble Lamp",
        category: &LAMPS,
        tagline: "A night light for grown-ups.",
        dollars: 79,
        picture: "Low round lamp, cream on a terracotta base",
        about_title: "Touch it anywhere.",
        about: [
            "Pebble has no switch to search for in the dark. Lay a hand on the glass and it wakes; lay it there again and it fades out over a minute.",
            "The glass is blown by mouth, so no two are quite the same. The base is clay from the next valley.",
        ],
        facts: [fact("1 W", "through a whole night"), fact("60 s", "from glow to dark"), fact("0", "blue light")],
        details: [
            ("Light", "1800 K, up to 90 lumens"),
            ("Battery", "2600 mAh, replaceable"),
            ("Charging", "USB-C, full in 2 hours"),
            ("Size", "14 cm high, 19 cm wide"),
            ("In the box", "Lamp, cable"),
        ],
    },
    Product {
        slug: "arc-lamp",
        name: "Arc Lamp",
        category: &LAMPS,
        tagline: "Reaches over. Stays out of the way.",
        dollars: 249,
        picture: "Floor lamp with a green shade on a long curved arm",
        about_title: "The chair’s best friend.",
        about: [
            "A single steel tube leaves the floor, bends once and hangs its shade right above your book. The base is heavy enough that a child can pull and nothing follows.",
            "The shade tilts without tools and stays where you put it.",
        ],
        facts: [fact("1.9 m", "from floor to bend"), fact("360°", "of tilt and turn"), fact("1", "tube, bent once")],
        details: [
            ("Light", "2700 K, up to 900 lumens"),
            ("Bulb", "E27, included"),
            ("Cable", "2.5 m, woven cotton"),
            ("Size", "190 cm high, 110 cm reach"),
            ("In the box", "Lamp, bulb, felt feet"),
        ],
    },
    Product {
        slug: "dawn-radio",
        name: "Dawn Radio",
        category: &RADIOS,
        tagline: "Wakes you like a good friend would.",
        dollars: 149,
        picture: "Round-edged red radio with one speaker and one knob",
        about_title: "Morning, at your volume.",
        about: [
            "Dawn starts so quietly that you do not notice it starting. Five minutes later your station is simply there, and so are you.",
            "One press on top for five more minutes. Two for silence until tomorrow. There is nothing to set up, and nothing to sign in to.",
        ],
        facts: [fact("5 min", "from silence to song"), fact("28 h", "away from the wall"), fact("0", "accounts")],
        details: [
            ("Reception", "FM and DAB+"),
            ("Speaker", "90 mm, full range"),
            ("Battery", "4000 mAh, replaceable"),
            ("Size", "19 cm wide, 14 cm high"),
            ("In the box", "Radio, cable"),
        ],
    },
    Product {
        slug: "field-radio",
        name: "Field Radio",
        category: &RADIOS,
        tagline: "Goes where the signal still does.",
        dollars: 119,
        picture: "Green portable radio with a handle and a long aerial",
        about_title: "Leave the phone in the tent.",
        about: [
            "A handle, an aerial and a case that shrugs off rain. Field pulls in stations that others hear as weather.",
            "When the sun goes and the battery with it, the crank gives you ten minutes of news for one minute of work.",
        ],
        facts: [
            fact("70 h", "on one charge"),
            fact("10 min", "for each minute of cranking"),
            fact("IP65", "against rain and dust"),
        ],
        details: [
            ("Reception", "FM, AM and shortwave"),
            ("Speaker", "70 mm, sealed"),
            ("Battery", "6000 mAh, and a crank"),
            ("Size", "22 cm wide, 17 cm high"),
            ("In the box", "Radio, strap, cable"),
        ],
    },
    Product {
        slug: "shelf-radio",
        name: "Shelf Radio",
        category: &RADIOS,
        tagline: "A whole room of sound, in walnut.",
        dollars: 299,
        picture: "Wide wooden radio with a cloth front and a large dial",
        about_title: "Furniture that sings.",
        about: [
            "The box is solid walnut, glued the way violins are, and the cloth is wool. You hear the room the music was made in.",
            "The dial has weight. Turn it slowly: the fun is in what lies between two stations.",
        ],
        facts: [
            fact("2 × 20 W", "without a hint of strain"),
            fact("1", "walnut board in every case"),
            fact("25 yr", "of spare parts, promised"),
        ],
        details: [
            ("Reception", "FM and DAB+"),
            ("Speakers", "Two of 100 mm"),
            ("Inputs", "Line in, optical"),
            ("Size", "44 cm wide, 20 cm high"),
            ("In the box", "Radio, mains cable"),
        ],
    },
    Product {
        slug: "brook-kettle",
        name: "Brook Kettle",
        category: &KETTLES,
        tagline: "Boils. Pours. Never drips.",
        dollars: 89,
        picture: "Blue stove kettle with an arched handle",
        about_title: "The last drop goes in the cup.",
        about: [
            "We drew the spout forty times until the stream broke off clean. The enamel is fired twice, so it takes a knock and stays blue.",
            "It works on every hob, and over a fire.",
        ],
        facts: [fact("1.6 l", "or six good cups"), fact("4 min", "to a full boil"), fact("2×", "fired enamel")],
        details: [
            ("Material", "Steel, enamelled inside and out"),
            ("Hobs", "Gas, electric, induction"),
            ("Handle", "Stays cool, folds flat"),
            ("Size", "22 cm wide, 24 cm high"),
            ("In the box", "Kettle, spare lid knob"),
        ],
    },
    Product {
        slug: "heron-kettle",
        name: "Heron Kettle",
        category: &KETTLES,
        tagline: "For those who pour slowly.",
        dollars: 139,
        picture: "Steel kettle with a long curved spout and a wooden handle",
        about_title: "Aim, and pour.",
        about: [
            "The long neck slows the water down until you can draw with it. Coffee comes out sweeter when nobody rushes it.",
            "The handle is ash, oiled by hand. The thermometer in the lid needs no battery.",
        ],
        facts: [
            fact("0.9 l", "for three pour-overs"),
            fact("6 mm", "of steady stream"),
            fact("±1°", "on the lid’s dial"),
        ],
        details: [
            ("Material", "Brushed steel, ash"),
            ("Hobs", "Gas, electric, induction"),
            ("Thermometer", "40 to 100 °C"),
            ("Size", "29 cm wide, 20 cm high"),
            ("In the box", "Kettle, wood oil"),
        ],
    },
    Product {
        slug: "robin-kettle",
        name: "Robin Kettle",
        category: &KETTLES,
        tagline: "Sings when the water is ready.",
        dollars: 99,
        picture: "Round red kettle with a small bird on the spout",
        about_title: "Two notes. You will know them.",
        about: [
            "The little bird is a whistle turned from brass. It sings a third, softly at first, and stops when you lift the kettle.",
            "Take it off and the kettle is silent, for early mornings.",
        ],
        facts: [fact("2", "notes, in tune"), fact("2.0 l", "for the whole table"), fact("1", "bird, removable")],
        details: [
            ("Material", "Enamelled steel, brass"),
            ("Hobs", "Gas, electric, induction"),
            ("Whistle", "A and C sharp"),
            ("Size", "24 cm wide, 21 cm high"),
            ("In the box", "Kettle, bird"),
        ],
    },
];
