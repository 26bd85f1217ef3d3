//! The sites that a server serves beside its own: `--site` and `--site-retention`.

use std::{collections::BTreeSet, fmt, str::FromStr};

use pulse_core::{
    Limits, Origins, Site,
    http::InvalidOrigin,
    model::{InvalidSiteKey, SiteKey},
};

use crate::opening::open_at;

/// A site as it is set: `KEY=ORIGIN` or `KEY=ORIGIN,ORIGIN`.
#[derive(Debug, Clone)]
pub(crate) struct SiteSetting {
    pub(crate) key: SiteKey,
    pub(crate) origins: Vec<String>,
}

/// How long a site keeps sessions: `KEY=DAYS`.
#[derive(Debug, Clone)]
pub(crate) struct SiteRetention {
    key: SiteKey,
    days: u32,
}

/// Why a setting of a site cannot be read.
#[derive(Debug)]
pub(crate) enum InvalidSite {
    Form(&'static str),
    Key(InvalidSiteKey),
    Origin(String, InvalidOrigin),
}

impl fmt::Display for InvalidSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(form) => write!(f, "it is {form}"),
            Self::Key(invalid) => invalid.fmt(f),
            Self::Origin(bad, invalid) => write!(f, "{bad:?}: {invalid}"),
        }
    }
}

impl std::error::Error for InvalidSite {}

fn split<'a>(text: &'a str, form: &'static str) -> Result<(SiteKey, &'a str), InvalidSite> {
    let (key, rest) = text.split_once('=').ok_or(InvalidSite::Form(form))?;
    Ok((key.trim().parse().map_err(InvalidSite::Key)?, rest))
}

impl FromStr for SiteSetting {
    type Err = InvalidSite;

    fn from_str(text: &str) -> Result<Self, InvalidSite> {
        let form = "KEY=ORIGIN or KEY=ORIGIN,ORIGIN, as shop=https://shop.example";
        let (key, origins) = split(text, form)?;
        let origins = origins.split(',').map(str::trim).map(|text| match text {
            "" => Err(InvalidSite::Form(form)),
            _ => Origins::parse(text).map_err(|invalid| InvalidSite::Origin(text.to_owned(), invalid)),
        });
        Ok(Self { key, origins: origins.collect::<Result<_, _>>()? })
    }
}

impl FromStr for SiteRetention {
    type Err = InvalidSite;

    fn from_str(text: &str) -> Result<Self, InvalidSite> {
        let form = "KEY=DAYS, as shop=30";
        let (key, days) = split(text, form)?;
        let days = days.trim().parse().ok().filter(|days| *days > 0).ok_or(InvalidSite::Form(form))?;
        Ok(Self { key, days })
    }
}

/// The sites to serve, each with its retention, which is the server's where none is set for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sites(Vec<(SiteSetting, Option<u32>)>);

impl Sites {
    /// Checks the settings against each other.
    pub(crate) fn new(
        sites: Vec<SiteSetting>,
        retention: &[SiteRetention],
        default_days: Option<u32>,
        own_origins: &[String],
    ) -> Result<Self, String> {
        // Pages of one origin share their storage, and the tracker what it keeps there: they are one site.
        let mut origins: BTreeSet<&String> = own_origins.iter().collect();
        for (n, site) in sites.iter().enumerate() {
            if sites[..n].iter().any(|other| other.key == site.key) {
                return Err(format!("--site names {} twice", site.key));
            }
            if let Some(taken) = site.origins.iter().find(|origin| !origins.insert(origin)) {
                return Err(format!("{taken} is named for two sites: the pages of one origin belong to one site"));
            }
        }
        if let Some(of) = retention.iter().find(|of| !sites.iter().any(|site| site.key == of.key)) {
            return Err(format!("--site-retention names {}, which no --site does", of.key));
        }
        let days = |key: &SiteKey| retention.iter().rev().find(|of| of.key == *key).map(|of| of.days).or(default_days);
        let with_days = |site: SiteSetting| {
            let days = days(&site.key);
            (site, days)
        };
        Ok(Self(sites.into_iter().map(with_days).collect()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &SiteSetting> {
        self.0.iter().map(|(site, _)| site)
    }

    /// Opens the store of each, beside the server's at `address`.
    pub(crate) async fn open(&self, address: &str, limits: &Limits) -> Result<Vec<Site>, String> {
        let mut sites = Vec::new();
        for (site, days) in &self.0 {
            let store = open_at(address, Some(&site.key), limits).await;
            let store = store.map_err(|line| format!("site {}: {line}", site.key))?;
            let open = Site::new(site.key.clone(), store).origins(Origins::listed(site.origins.iter().cloned()));
            sites.push(match days {
                Some(days) => open.retention_days(*days),
                None => open,
            });
        }
        Ok(sites)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sites(sites: &[&str], retention: &[&str], days: Option<u32>) -> Result<Sites, String> {
        let retention: Vec<_> = retention.iter().map(|text| text.parse().unwrap()).collect();
        Sites::new(
            sites.iter().map(|text| text.parse().unwrap()).collect(),
            &retention,
            days,
            &["https://own.test".to_owned()],
        )
    }

    #[test]
    fn a_site_has_a_key_and_its_origins() {
        let site: SiteSetting = "shop=https://shop.example, https://www.shop.example:8443".parse().unwrap();
        assert_eq!((site.key.as_str(), site.origins.len()), ("shop", 2));
        for bad in [
            "shop",
            "shop=",
            "=https://a.test",
            "Shop=https://a.test",
            "shop=https://*.a.test",
            "../x=https://a.test",
            "shop=a.test",
        ] {
            assert!(bad.parse::<SiteSetting>().is_err(), "{bad}");
        }
    }

    #[test]
    fn each_site_has_its_own_retention_or_the_servers() {
        let all = sites(&["a=https://a.test", "b=https://b.test"], &["b=30"], Some(90)).unwrap();
        assert_eq!(all.0.iter().map(|(_, days)| *days).collect::<Vec<_>>(), [Some(90), Some(30)]);
        assert!(sites(&["a=https://a.test", "a=https://b.test"], &[], None).is_err_and(|line| line.contains("twice")));
        assert!(sites(&["a=https://a.test"], &["b=30"], None).is_err_and(|line| line.contains("no --site")));
        for taken in [&["a=https://a.test", "b=https://B.test,https://A.test/"][..], &["a=https://own.test"]] {
            assert!(sites(taken, &[], None).is_err_and(|line| line.contains("two sites")), "{taken:?}");
        }
        for bad in ["a=0", "a=soon", "a", "a=-1"] {
            assert!(bad.parse::<SiteRetention>().is_err(), "{bad}");
        }
    }
}
