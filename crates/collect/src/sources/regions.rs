//! The account's regions, with their status.

use s3attest_gateway::{AccountSession, AllowedOperation, Malformed, Times, Unit, observe};
use s3attest_model::account::Region;
use s3attest_model::evidence::{Evidence, Gap, GapCause, Observed};
use s3attest_model::identifiers::RegionName;

use crate::orchestrator::Context;
use crate::pages::{Pages, Turn};

const LIST: AllowedOperation = AllowedOperation {
    service: "Account",
    name: "ListRegions",
    label: "account.ListRegions",
    actions: &["account:ListRegions"],
    class: "account",
    in_session: true,
    times: Times::each(Unit::Account),
};

pub(crate) const OPERATIONS: &[AllowedOperation] = &[LIST];

pub(crate) async fn read(context: &Context, session: &AccountSession, home: &RegionName) -> Evidence<Vec<Region>> {
    let client = session.account_management(home);
    let mut regions = Vec::new();
    let mut pages = Pages::default();
    loop {
        let request = client.list_regions().max_results(50).set_next_token(pages.token());
        let page = observe(LIST.operation(), &[], request.send().await, context.now(), |output| {
            for region in output.regions.ok_or(Malformed("the answer holds no list of regions"))? {
                let name = region.region_name.unwrap_or_default();
                let name = RegionName::new(name).map_err(|_| Malformed("the answer holds an invalid region name"))?;
                let status = region.region_opt_status.ok_or(Malformed("a region has no status"))?;
                regions.push(Region {
                    name,
                    opt_status: status.as_str().to_owned(),
                });
            }
            Ok(Some(output.next_token))
        });
        let next = match page.observed {
            Observed::Present(next) => next,
            Observed::Gap(gap) => return Evidence::gap(gap, page.source),
            Observed::Absent => None,
        };
        match pages.turn(next) {
            Turn::Next => {}
            Turn::Last if regions.is_empty() => {
                return Evidence::gap(
                    Gap::new(GapCause::MalformedAnswer, "the list of regions is empty"),
                    page.source,
                );
            }
            Turn::Last => {
                regions.sort_by(|left, right| left.name.cmp(&right.name));
                return Evidence::present(regions, page.source);
            }
            Turn::Endless(detail) => {
                return Evidence::gap(Gap::new(GapCause::MalformedAnswer, detail), page.source);
            }
        }
    }
}
