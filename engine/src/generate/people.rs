//! Made-up users and nodes.

use crate::calendar::{Calendar, DAY_S};
use crate::query::GB;
use crate::store::{Faults, Node, User};
use crate::units::{NodeId, UserId};
use rand::Rng;
use rand::RngExt;
use rand::seq::IndexedRandom;

const QUOTAS_GB: [u64; 5] = [0, 100, 300, 500, 1_000];

const PLACES: [(&str, &str); 12] = [
    ("🇭🇰 Hong Kong", "HK"),
    ("🇯🇵 Tokyo", "JP"),
    ("🇸🇬 Singapore", "SG"),
    ("🇺🇸 Los Angeles", "US"),
    ("🇩🇪 Frankfurt", "DE"),
    ("🇬🇧 London", "GB"),
    ("🇹🇼 台北", "TW"),
    ("🇰🇷 Seoul", "KR"),
    ("🇫🇷 Paris", "FR"),
    ("🇳🇱 Amsterdam", "NL"),
    ("🇨🇭 Zürich", "CH"),
    ("🇦🇺 Sydney", "AU"),
];

const PROTOCOLS: [&str; 4] = ["vmess", "trojan", "shadowsocks", "vless"];

pub(super) fn users(count: u64, calendar: &Calendar, rng: &mut impl Rng) -> Vec<User> {
    (1..=count.cast_signed()).map(|id| user(id, calendar.now(), rng)).collect()
}

fn user(id: i64, now: i64, rng: &mut impl Rng) -> User {
    let quota_gb = QUOTAS_GB.choose(rng).copied().unwrap_or_default();
    let download = rng.random_range(0..quota_gb.max(50) * GB);
    User {
        id: UserId(id),
        uuid: uuid(rng),
        sid: 1_000 + id,
        upload: download / rng.random_range(5..20),
        download,
        transfer_enable: (quota_gb * GB).into(),
        enable: i64::from(rng.random_ratio(19, 20)),
        created_at: now - rng.random_range(30..900) * DAY_S,
        remark: rng.random_ratio(1, 20).then(|| "vip".to_owned()),
        speedlimitss: rng.random_ratio(1, 4).then_some(100),
        speedlimitother: rng.random_ratio(1, 4).then_some(300),
        illegal: rng.random_range(0..3),
        faults: Faults::default(),
    }
}

/// A random (version 4) UUID.
fn uuid(rng: &mut impl Rng) -> String {
    let bits: u128 = rng.random();
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

pub(super) fn nodes(count: u64, calendar: &Calendar, rng: &mut impl Rng) -> Vec<Node> {
    (1..=count.cast_signed()).map(|id| node(id, calendar.now(), rng)).collect()
}

fn node(id: i64, now: i64, rng: &mut impl Rng) -> Node {
    let places = PLACES.len().cast_signed() as i64;
    let at = usize::try_from((id - 1).rem_euclid(places)).unwrap_or_default();
    let (place, country) = PLACES[at];
    let silence_s = if rng.random_ratio(9, 10) { rng.random_range(1..120) } else { 7 * DAY_S };
    Node {
        id: NodeId(id),
        name: format!("{place} {:02}", 1 + (id - 1) / places),
        address: format!("n{id}.example.net"),
        enable: 1,
        statistics: rng.random_range(0..2_000 * GB).cast_signed(),
        max_traffic: [0, 1_000, 5_000].choose(rng).copied().unwrap_or_default(),
        last_online: now - silence_s,
        country: Some(country.to_owned()),
        kind: PROTOCOLS.choose(rng).copied().unwrap_or_default().to_owned(),
        tag: rng.random_ratio(1, 3).then(|| "premium".to_owned()),
        speed_limit: rng.random_ratio(1, 3).then_some(1_000),
        excessive_speed_limit: Some(0),
        has_speed_limits: true,
        traffic_rate: [1.0, 1.0, 1.5, 0.5].choose(rng).copied().unwrap_or(1.0),
        faults: Faults::default(),
    }
}
