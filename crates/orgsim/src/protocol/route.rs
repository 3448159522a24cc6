//! Telling requests apart: the service by the credential scope, the operation by target, form or path, the bucket by path
//! or host.

use std::borrow::Cow;

use http::{HeaderMap, Method, Request};

use super::query::Form;
use crate::services::{SERVICES, Service};

/// How a service's operations are told apart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Route {
    /// By `x-amz-target`, which begins with this prefix and a dot; or with what follows the prefix's last dot.
    Target(&'static str),
    /// By the form's member `Action`.
    Action,
    /// By method, path and query.
    Rest(fn(&Rest<'_>) -> Option<&'static str>),
}

/// The parts of a REST request that decide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest<'request> {
    pub(crate) method: &'request Method,
    /// The path without a bucket that stands in it.
    pub(crate) path: &'request str,
    pub(crate) query: &'request str,
    /// The bucket, for S3.
    pub(crate) bucket: Option<&'request str>,
}

impl Rest<'_> {
    /// Whether the query has a member of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        parts(self.query).any(|(key, _)| key == name)
    }
}

/// The members of a query as they stand, not decoded.
pub(crate) fn parts(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
}

/// A member of a query, decoded.
pub(crate) fn parameter<'query>(query: &'query str, name: &str) -> Option<Cow<'query, str>> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

/// A request's service, operation (index in the service) and bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Routed<'request> {
    pub(crate) service: usize,
    pub(crate) operation: usize,
    pub(crate) bucket: Option<&'request str>,
}

/// A request that has no place here, in words for the ledger, with the service whose protocol the refusal speaks.
#[derive(Debug)]
pub(crate) struct Unknown {
    pub(crate) service: Option<&'static Service>,
    pub(crate) what: String,
}

pub(crate) fn route<'request, B: AsRef<[u8]>>(
    request: &'request Request<B>,
    signing_name: &str,
) -> Result<Routed<'request>, Unknown> {
    let path = request.uri().path();
    let Some((at, service)) = SERVICES
        .iter()
        .enumerate()
        .find(|(_, service)| service.signing_name == signing_name && (service.claims_path)(path))
    else {
        return Err(Unknown {
            service: None,
            what: format!("{signing_name} {} {path}", request.method()),
        });
    };
    let mut bucket = None;
    let (name, asked) = match service.route {
        Route::Target(prefix) => {
            let target = header(request.headers(), "x-amz-target").unwrap_or_default();
            // Some services have a target that the SDK of one language writes with a Java package before it, and that of
            // another without.
            let class = prefix.rsplit('.').next().unwrap_or_default();
            let name = target
                .strip_prefix(prefix)
                .or_else(|| target.strip_prefix(class))
                .and_then(|rest| rest.strip_prefix('.'))
                .unwrap_or_default();
            (Cow::Borrowed(name), Cow::Borrowed(target))
        }
        Route::Action => {
            let name = Form(request.body().as_ref()).get("Action").unwrap_or_default();
            (name.clone(), name)
        }
        Route::Rest(find) => {
            let mut rest = Rest {
                method: request.method(),
                path,
                query: request.uri().query().unwrap_or_default(),
                bucket: None,
            };
            if service.has_buckets {
                (rest.bucket, rest.path) = split_bucket(request);
                bucket = rest.bucket;
            }
            let name = find(&rest).unwrap_or_default();
            (Cow::Borrowed(name), Cow::Owned(format_unless(name, &rest)))
        }
    };
    match service.operations.iter().position(|operation| operation.name == name) {
        Some(operation) => Ok(Routed {
            service: at,
            operation,
            bucket,
        }),
        None => Err(Unknown {
            service: Some(service),
            what: format!("{} {asked}", service.name),
        }),
    }
}

/// The words for the ledger, put together only when nothing was found.
fn format_unless(name: &str, rest: &Rest<'_>) -> String {
    if !name.is_empty() {
        return String::new();
    }
    let members: Vec<&str> = parts(rest.query)
        .map(|(key, _)| key)
        .filter(|key| *key != "x-id")
        .collect();
    let bucket = if rest.bucket.is_some() { "/{bucket}" } else { "" };
    let key = if rest.bucket.is_some() && rest.path.len() > 1 {
        "/{key}"
    } else {
        ""
    };
    let path = if rest.bucket.is_some() { "" } else { rest.path };
    format!("{} {bucket}{key}{path}?{}", rest.method, members.join("&"))
}

pub(crate) fn header<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The bucket from the host (`bucket.host`) or else from the first segment of the path, and the path without it.
fn split_bucket<B>(request: &Request<B>) -> (Option<&str>, &str) {
    let path = request.uri().path();
    let host = header(request.headers(), "host")
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    if let Some(bucket) = bucket_of_host(host) {
        return (Some(bucket), path);
    }
    let rest = path.strip_prefix('/').unwrap_or(path);
    let (bucket, _) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return (None, path);
    }
    (Some(bucket), &path[path.len().min(1 + bucket.len())..])
}

fn bucket_of_host(host: &str) -> Option<&str> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // `bucket.s3.region.amazonaws.com` and `bucket.s3-region.amazonaws.com`.
    if let Some(at) = name.find(".s3.").or_else(|| name.find(".s3-")) {
        return Some(&name[..at]).filter(|bucket| !bucket.is_empty());
    }
    let is_number =
        |label: &str| !label.is_empty() && label.len() <= 3 && label.bytes().all(|byte| byte.is_ascii_digit());
    let mut end = name.len();
    let mut labels = 0;
    for label in name.rsplit('.') {
        if !is_number(label) {
            break;
        }
        labels += 1;
        end = end.saturating_sub(label.len() + 1);
        if labels == 4 {
            break;
        }
    }
    if labels == 4 {
        return Some(&name[..end]).filter(|bucket| !bucket.is_empty());
    }
    name.strip_suffix(".localhost").filter(|bucket| !bucket.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_is_found_in_the_host_or_in_the_path() {
        for (host, path, bucket, rest) in [
            ("127.0.0.1:8080", "/logs", Some("logs"), ""),
            ("127.0.0.1:8080", "/logs/", Some("logs"), "/"),
            ("127.0.0.1:8080", "/logs/a/b", Some("logs"), "/a/b"),
            ("127.0.0.1:8080", "/", None, "/"),
            ("logs.127.0.0.1:8080", "/", Some("logs"), "/"),
            ("a.b.127.0.0.1", "/key", Some("a.b"), "/key"),
            ("localhost:1", "/logs", Some("logs"), ""),
            ("logs.localhost:1", "/", Some("logs"), "/"),
            ("logs.s3.eu-west-1.amazonaws.com", "/", Some("logs"), "/"),
            ("s3.eu-west-1.amazonaws.com", "/logs", Some("logs"), ""),
        ] {
            let request = Request::builder()
                .uri(path)
                .header("host", host)
                .body(())
                .expect("a request");
            assert_eq!(split_bucket(&request), (bucket, rest), "{host}{path}");
        }
    }
}
