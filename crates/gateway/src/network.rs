//! The one HTTP client, with the proxy settings of the environment and a resolver for local endpoints.

use std::net::IpAddr;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Resolves names as the system does, and names below an IP address to that address.
///
/// S3 Control puts the account id in front of the endpoint's host, also when that host is an address: the name
/// `123456789012.127.0.0.1` exists in no name service.
#[derive(Debug, Clone, Copy)]
struct Resolver;

/// The address below which a name stands: `127.0.0.1` for `123456789012.127.0.0.1`.
fn address_above(name: &str) -> Option<IpAddr> {
    let (_, rest) = name.split_once('.')?;
    rest.parse().ok()
}

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            if let Some(address) = address_above(name) {
                return Ok(vec![address]);
            }
            let found = tokio::net::lookup_host((name, 0)).await.map_err(ResolveDnsError::new)?;
            Ok(found.map(|socket| socket.ip()).collect())
        })
    }
}

/// The HTTP client that all SDK clients share: one connection pool, one set of TLS sessions.
pub(crate) fn shared_client() -> SharedHttpClient {
    let proxies = ProxyConfig::from_env();
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(
            components.and_then(aws_smithy_runtime_api::client::runtime_components::RuntimeComponents::sleep_impl),
        );
        connector.set_proxy_config(Some(proxies.clone()));
        connector.build_with_resolver(Resolver)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_directly_below_an_address_resolve_to_it() {
        assert_eq!(address_above("123456789012.127.0.0.1"), "127.0.0.1".parse().ok());
        assert_eq!(address_above("123456789012.s3-control.us-east-1.amazonaws.com"), None);
        assert_eq!(address_above("localhost"), None);
    }
}
