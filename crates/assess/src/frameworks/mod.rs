//! Frameworks: the catalogue of controls, the mapping of checks to controls, and the roll-up of findings to statuses.
