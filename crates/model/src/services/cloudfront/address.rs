//! Which bucket a host name of S3 leads to.
//!
//! The forms are those of the Amazon S3 User Guide ("Virtual hosting of general purpose buckets", "Website endpoints",
//! "Using Amazon S3 access points", "Making requests through a Multi-Region Access Point") and of the AWS General Reference
//! ("Amazon S3 endpoints and quotas"), the old ones with a dash before the region among them.

use serde::{Deserialize, Serialize};

/// What stands behind a host name of S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum S3Endpoint {
    /// A bucket by the REST interface.
    Bucket,
    /// A bucket's website, which speaks HTTP only and knows no signed requests.
    Website,
    /// An access point.
    AccessPoint,
    /// An access point of several regions.
    MultiRegionAccessPoint,
    /// An access point that runs a function on what it hands out.
    ObjectLambda,
}

/// A host name of S3, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Address {
    /// What stands behind it.
    pub endpoint: S3Endpoint,
    /// The bucket; `None` for an access point, and where neither the name nor the path says which bucket it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// The access point's name, or its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_point: Option<String>,
    /// The access point's account, where the host names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region, where the host names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// The domains in which S3 answers, the longer before those that they end with.
const DOMAINS: [&str; 3] = [".amazonaws.com.cn", ".amazonaws.com", ".amazonaws.eu"];

impl S3Address {
    /// Reads a host name; `None` when it is none of S3's. The path is looked at where the host names no bucket, since its
    /// first part is the bucket then.
    #[must_use]
    pub fn read(host: &str, path: Option<&str>) -> Option<Self> {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        // A host that is nothing but the service has no dot before it.
        let host = format!(".{host}");
        let rest = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))?;
        let labels: Vec<&str> = rest.split('.').filter(|label| !label.is_empty()).collect();
        // A name may hold any label, also `s3`, so the labels are read from the right.
        let (region, labels) = match labels.split_last() {
            Some((last, before)) if is_region(last) => (Some(*last), before),
            _ => (None, &labels[..]),
        };
        let labels = labels.strip_suffix(&["dualstack"]).unwrap_or(labels);
        let (service, name) = labels.split_last()?;
        let (endpoint, region_of_service) = endpoint_of(service)?;
        let region = region.or(region_of_service).map(str::to_owned);
        let name = if endpoint == S3Endpoint::MultiRegionAccessPoint {
            name.strip_suffix(&["accesspoint"])?
        } else {
            name
        };
        Some(Self::named(endpoint, &name.join("."), path, region))
    }

    fn named(endpoint: S3Endpoint, name: &str, path: Option<&str>, region: Option<String>) -> Self {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let mut address = Self {
            endpoint,
            bucket: None,
            access_point: None,
            account: None,
            region,
        };
        match endpoint {
            // The alias of an access point stands where a bucket's name does, and can be no bucket's name.
            S3Endpoint::Bucket if name.ends_with("-s3alias") => {
                address.endpoint = S3Endpoint::AccessPoint;
                address.access_point = given(name);
            }
            S3Endpoint::Bucket if name.ends_with("--ol-s3") => {
                address.endpoint = S3Endpoint::ObjectLambda;
                address.access_point = given(name);
            }
            S3Endpoint::Bucket => {
                let of_path = || path?.split('/').find(|part| !part.is_empty()).map(str::to_owned);
                address.bucket = given(name).or_else(of_path);
            }
            S3Endpoint::Website => address.bucket = given(name),
            S3Endpoint::AccessPoint | S3Endpoint::ObjectLambda => {
                match name.rsplit_once('-').filter(|(_, account)| is_account(account)) {
                    Some((point, account)) => {
                        address.access_point = given(point);
                        address.account = given(account);
                    }
                    None => address.access_point = given(name),
                }
            }
            S3Endpoint::MultiRegionAccessPoint => address.access_point = given(name),
        }
        address
    }
}

/// What a label of the service says, with the region that it may hold.
fn endpoint_of(label: &str) -> Option<(S3Endpoint, Option<&str>)> {
    let plain = match label {
        "s3" | "s3-fips" | "s3-accelerate" | "s3-external-1" => S3Endpoint::Bucket,
        "s3-website" => S3Endpoint::Website,
        "s3-accesspoint" | "s3-accesspoint-fips" => S3Endpoint::AccessPoint,
        "s3-object-lambda" | "s3-object-lambda-fips" => S3Endpoint::ObjectLambda,
        "s3-global" => S3Endpoint::MultiRegionAccessPoint,
        _ if label.starts_with("s3express-") => S3Endpoint::Bucket,
        _ => {
            let forms = [
                ("s3-website-", S3Endpoint::Website),
                ("s3-fips-", S3Endpoint::Bucket),
                ("s3-", S3Endpoint::Bucket),
            ];
            return forms.into_iter().find_map(|(form, endpoint)| {
                let region = label.strip_prefix(form).filter(|rest| is_region(rest))?;
                Some((endpoint, Some(region)))
            });
        }
    };
    Some((plain, None))
}

/// Whether a label has the form of a region: words of letters, and a number behind them.
fn is_region(label: &str) -> bool {
    let Some((words, number)) = label.rsplit_once('-') else {
        return false;
    };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && words.contains('-') && words.split('-').all(is_word)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(host: &str) -> Option<(S3Endpoint, Option<String>, Option<String>)> {
        S3Address::read(host, None).map(|address| (address.endpoint, address.bucket, address.region))
    }

    #[test]
    fn a_bucket_is_read_from_every_form_of_its_host() {
        for (host, endpoint, name, region) in [
            ("logs.s3.amazonaws.com", S3Endpoint::Bucket, "logs", None),
            (
                "logs.s3.eu-west-1.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                Some("eu-west-1"),
            ),
            (
                "logs.s3-eu-west-1.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                Some("eu-west-1"),
            ),
            (
                "Logs.S3.EU-West-1.AmazonAWS.com.",
                S3Endpoint::Bucket,
                "logs",
                Some("eu-west-1"),
            ),
            (
                "logs.s3.dualstack.eu-west-1.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                Some("eu-west-1"),
            ),
            (
                "logs.s3-fips.us-gov-west-1.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                Some("us-gov-west-1"),
            ),
            (
                "logs.s3-fips-us-gov-west-1.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                Some("us-gov-west-1"),
            ),
            ("logs.s3-accelerate.amazonaws.com", S3Endpoint::Bucket, "logs", None),
            (
                "logs.s3-accelerate.dualstack.amazonaws.com",
                S3Endpoint::Bucket,
                "logs",
                None,
            ),
            ("logs.s3-external-1.amazonaws.com", S3Endpoint::Bucket, "logs", None),
            (
                "logs.s3.cn-north-1.amazonaws.com.cn",
                S3Endpoint::Bucket,
                "logs",
                Some("cn-north-1"),
            ),
            (
                "logs.s3.eusc-de-east-1.amazonaws.eu",
                S3Endpoint::Bucket,
                "logs",
                Some("eusc-de-east-1"),
            ),
            ("a.s3.b.s3.amazonaws.com", S3Endpoint::Bucket, "a.s3.b", None),
            (
                "www.my-bucket-1.s3.amazonaws.com",
                S3Endpoint::Bucket,
                "www.my-bucket-1",
                None,
            ),
            ("s3.s3.amazonaws.com", S3Endpoint::Bucket, "s3", None),
            (
                "www.example.com.s3-website-us-east-1.amazonaws.com",
                S3Endpoint::Website,
                "www.example.com",
                Some("us-east-1"),
            ),
            (
                "site.s3-website.eu-central-1.amazonaws.com",
                S3Endpoint::Website,
                "site",
                Some("eu-central-1"),
            ),
            (
                "fast--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
                S3Endpoint::Bucket,
                "fast--use1-az4--x-s3",
                Some("us-east-1"),
            ),
        ] {
            let expected = (endpoint, Some(name.to_owned()), region.map(str::to_owned));
            assert_eq!(bucket(host), Some(expected), "{host}");
        }
    }

    #[test]
    fn an_access_point_is_no_bucket() {
        for (host, endpoint, point, account) in [
            (
                "reports-111122223333.s3-accesspoint.eu-west-1.amazonaws.com",
                S3Endpoint::AccessPoint,
                "reports",
                Some("111122223333"),
            ),
            (
                "reports-111122223333.s3-accesspoint.dualstack.eu-west-1.amazonaws.com",
                S3Endpoint::AccessPoint,
                "reports",
                Some("111122223333"),
            ),
            (
                "reports-hqrqmbxp7rz8a4k5d3pwy1b3tqxwuuse1b-s3alias.s3.us-east-1.amazonaws.com",
                S3Endpoint::AccessPoint,
                "reports-hqrqmbxp7rz8a4k5d3pwy1b3tqxwuuse1b-s3alias",
                None,
            ),
            (
                "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
                S3Endpoint::MultiRegionAccessPoint,
                "mfzwi23gnjvgw.mrap",
                None,
            ),
            (
                "redact-111122223333.s3-object-lambda.eu-west-1.amazonaws.com",
                S3Endpoint::ObjectLambda,
                "redact",
                Some("111122223333"),
            ),
            (
                "redact-abc123--ol-s3.s3.eu-west-1.amazonaws.com",
                S3Endpoint::ObjectLambda,
                "redact-abc123--ol-s3",
                None,
            ),
        ] {
            let address = S3Address::read(host, Some("/logs")).expect("a host of S3");
            assert_eq!(address.endpoint, endpoint, "{host}");
            assert_eq!(address.bucket, None, "{host}");
            assert_eq!(address.access_point.as_deref(), Some(point), "{host}");
            assert_eq!(address.account.as_deref(), account, "{host}");
        }
    }

    #[test]
    fn the_path_names_the_bucket_where_the_host_does_not() {
        let read = |path| {
            S3Address::read("s3.eu-west-1.amazonaws.com", path)
                .expect("a host of S3")
                .bucket
        };
        assert_eq!(read(Some("/logs/2026")).as_deref(), Some("logs"));
        assert_eq!(read(Some("/")), None);
        assert_eq!(read(None), None);
        let read = S3Address::read("logs.s3.amazonaws.com", Some("/prefix")).expect("a host of S3");
        assert_eq!(read.bucket.as_deref(), Some("logs"));
    }

    #[test]
    fn other_hosts_are_none_of_s3s() {
        for host in [
            "www.example.com",
            "logs.s3.amazonaws.com.example.com",
            "edge-1.eu-west-1.elb.amazonaws.com",
            "abc.execute-api.eu-west-1.amazonaws.com",
            "111122223333.s3-control.eu-west-1.amazonaws.com",
            "s3amazonaws.com",
            "amazonaws.com",
            "",
        ] {
            assert_eq!(S3Address::read(host, Some("/logs")), None, "{host}");
        }
    }
}
