//! What each crate may use: the design's table of directions, as a table.

/// A crate and what it may use.
pub(super) struct Charter {
    /// The crate.
    pub(super) name: &'static str,
    /// The crates of the workspace that it may depend on.
    pub(super) members: &'static [&'static str],
    /// The crates of the workspace that its tests may depend on besides.
    pub(super) members_in_tests: &'static [&'static str],
    /// Whether it may speak to AWS: crates whose names begin with `aws-`.
    pub(super) aws: Aws,
    /// Whether it may run on tokio.
    pub(super) tokio: bool,
}

/// How far a crate may use the AWS SDK.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Aws {
    /// Not at all.
    Never,
    /// These crates, and only behind a feature that is off by default.
    Optional(&'static [&'static str]),
    /// Freely.
    Freely,
}

/// A crate that is built of values alone: neither AWS nor tokio.
const fn pure(name: &'static str, members: &'static [&'static str]) -> Charter {
    Charter {
        name,
        members,
        members_in_tests: &[],
        aws: Aws::Never,
        tokio: false,
    }
}

/// Every member of the workspace.
pub(super) const CHARTERS: &[Charter] = &[
    pure("s3attest-model", &[]),
    pure("s3attest-policy", &["s3attest-model"]),
    pure("s3attest-snapshot", &["s3attest-model"]),
    Charter {
        // The example that the benchmark of judging measures reads runs; the crate itself knows of none.
        members_in_tests: &["s3attest-snapshot"],
        ..pure("s3attest-assess", &["s3attest-model", "s3attest-policy"])
    },
    pure("s3attest-report", &["s3attest-model"]),
    Charter {
        name: "s3attest-gateway",
        members: &["s3attest-model"],
        members_in_tests: &["s3attest-orgsim"],
        aws: Aws::Freely,
        tokio: true,
    },
    Charter {
        name: "s3attest-collect",
        members: &["s3attest-gateway", "s3attest-model", "s3attest-snapshot"],
        members_in_tests: &["s3attest-orgsim"],
        aws: Aws::Freely,
        tokio: true,
    },
    Charter {
        name: "s3attest-orgsim",
        members: &[],
        members_in_tests: &[],
        // The transport without sockets hands the core to the SDK as an HTTP connector.
        aws: Aws::Optional(&["aws-smithy-runtime-api", "aws-smithy-types"]),
        tokio: true,
    },
    Charter {
        name: "s3attest-cli",
        members: &[
            "s3attest-assess",
            "s3attest-collect",
            "s3attest-gateway",
            "s3attest-model",
            "s3attest-orgsim",
            "s3attest-policy",
            "s3attest-report",
            "s3attest-snapshot",
        ],
        members_in_tests: &[],
        aws: Aws::Never,
        tokio: true,
    },
    Charter {
        name: "s3attest-tests",
        members: &[
            "s3attest-assess",
            "s3attest-cli",
            "s3attest-collect",
            "s3attest-gateway",
            "s3attest-model",
            "s3attest-orgsim",
            "s3attest-policy",
            "s3attest-report",
            "s3attest-snapshot",
        ],
        members_in_tests: &[],
        aws: Aws::Freely,
        tokio: true,
    },
    Charter {
        name: "xtask",
        // Nothing that needs the AWS SDK: a chore is to start in seconds on a fresh machine.
        members: &[
            "s3attest-assess",
            "s3attest-model",
            "s3attest-policy",
            "s3attest-report",
            "s3attest-snapshot",
        ],
        members_in_tests: &[],
        aws: Aws::Never,
        tokio: true,
    },
];
