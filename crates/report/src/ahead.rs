//! Looking one record ahead in a stream whose reads can fail, so that streams of the same order can be joined.
//!
//! It does not know what the records are.

use std::iter::Fuse;

/// A stream of records with the next one in view.
pub(crate) struct Ahead<I: Iterator> {
    stream: Fuse<I>,
    next: Option<I::Item>,
}

impl<T, E, I: Iterator<Item = Result<T, E>>> Ahead<I> {
    pub(crate) fn new(stream: I) -> Self {
        Self {
            stream: stream.fuse(),
            next: None,
        }
    }

    /// The next record, which stays in the stream.
    pub(crate) fn peek(&mut self) -> Result<Option<&T>, E> {
        if self.next.is_none() {
            self.next = self.stream.next();
        }
        if matches!(self.next, Some(Err(_)))
            && let Some(Err(error)) = self.next.take()
        {
            return Err(error);
        }
        Ok(match &self.next {
            Some(Ok(record)) => Some(record),
            Some(Err(_)) | None => None,
        })
    }

    /// Takes the next record when it is one of those that `wanted` describes.
    pub(crate) fn next_if(&mut self, wanted: impl FnOnce(&T) -> bool) -> Result<Option<T>, E> {
        match self.peek()? {
            Some(record) if wanted(record) => self.next.take().transpose(),
            Some(_) | None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_not_wanted_stays() {
        let mut ahead = Ahead::new([Ok::<_, &str>(1), Ok(2)].into_iter());
        assert_eq!(ahead.next_if(|record| *record == 2), Ok(None));
        assert_eq!(ahead.next_if(|record| *record == 1), Ok(Some(1)));
        assert_eq!(ahead.peek(), Ok(Some(&2)));
    }

    #[test]
    fn a_failed_read_comes_out_as_an_error_and_not_as_the_end() {
        let mut ahead = Ahead::new([Ok(1), Err("broken")].into_iter());
        assert_eq!(ahead.next_if(|_| true), Ok(Some(1)));
        assert_eq!(ahead.peek(), Err("broken"));
    }
}
