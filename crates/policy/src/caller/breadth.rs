//! Which networks are so broad that they stand for nowhere in particular.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks that stand for somewhere in particular are at least this long; S3 calls broader ones public (Amazon S3 User
/// Guide, "Blocking public access to your Amazon S3 storage").
const LEAST_IPV4_PREFIX: u8 = 8;
const LEAST_IPV6_PREFIX: u8 = 32;

/// Whether networks together hold one that stands for nowhere in particular.
pub(crate) fn hold_a_broad_network(networks: &[IpNet]) -> bool {
    IpNet::aggregate(&networks.to_vec()).iter().any(is_broad)
}

/// Whether a network is broader than any that stands for somewhere in particular.
pub(crate) fn is_broad(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < LEAST_IPV4_PREFIX && !is_private(*network),
        IpNet::V6(network) => network.prefix_len() < LEAST_IPV6_PREFIX && !is_local(network),
    }
}

/// RFC 1918.
fn is_private(network: Ipv4Net) -> bool {
    network.trunc().addr().is_private() && network.prefix_len() >= LEAST_IPV4_PREFIX
}

/// Unique local addresses, RFC 4193.
fn is_local(network: &Ipv6Net) -> bool {
    network.prefix_len() >= 7 && network.addr().octets()[0] & 0xfe == 0xfc
}
