//! What the tag that classifies a bucket's data asks of the bucket: the classes with requirements of their own.
//!
//! Which classes these are stands in the configuration. Whether the tag is there at all is `s3-bucket-classification-tags`'s
//! question; a bucket without one belongs to no class.

use crate::trail::{Trail, Unknown};
use crate::views::BucketView;

/// Whether a bucket belongs to some classes.
#[derive(Debug)]
pub(super) enum Classified<'a> {
    /// It does, with this value of the tag.
    As(&'a str),
    /// It does not, as the text says; no dot ends it.
    Otherwise(String),
}

/// Whether the bucket's class is among those that a key of the configuration names.
pub(super) fn classified<'a>(
    view: &BucketView<'a>,
    trail: &mut Trail<'a>,
    key: &str,
    classes: &[String],
) -> Result<Classified<'a>, Unknown<'a>> {
    let Some(tag) = &view.parameters.classification_tag else {
        return Ok(Classified::Otherwise(
            "the configuration names no classification tag".to_owned(),
        ));
    };
    if classes.is_empty() {
        return Ok(Classified::Otherwise(format!(
            "the configuration names no class in {key}"
        )));
    }
    let tags = trail.read(&view.settings.tagging)?;
    Ok(match tags.and_then(|tags| tags.get(tag)) {
        Some(value) if classes.contains(value) => Classified::As(value),
        Some(value) => Classified::Otherwise(format!(
            "its tag {tag} has the value {value}, which {key} does not name"
        )),
        None => Classified::Otherwise(format!("it has no tag {tag}")),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use s3attest_model::bucket::BucketSetting;

    use crate::checks::scene::{Scene, present};

    /// Gives the bucket a class, by the tag `class`.
    pub(in crate::checks) fn of_class(scene: &mut Scene, class: &str) {
        scene.parameters.classification_tag = Some("class".to_owned());
        let tags = [("class".to_owned(), class.to_owned())];
        scene.bucket.settings.tagging = present(BucketSetting::Tagging, tags.into());
    }
}
