//! Keys, and the roles that are assumed with them.

use super::Case;

pub const CASES: [Case; 7] = [
    Case {
        what: "keys of another profile sign for a role; whose account they are of is AWS's to tell",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = of-keys
            aws_account_id = 111111111111",
        comes_of_it: Ok("keys AKIAKEYS of-keys\n\
            role arn:aws:iam::222222222222:role/Builder"),
    },
    Case {
        what: "a profile with a source does not use keys of its own",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            aws_access_key_id = AKIANEVER
            aws_secret_access_key = never
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = of-keys",
        comes_of_it: Ok("keys AKIAKEYS of-keys\n\
            role arn:aws:iam::222222222222:role/Builder"),
    },
    Case {
        what: "unless it is its own source",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = work
            aws_access_key_id = AKIAOWN
            aws_secret_access_key = own",
        comes_of_it: Ok("keys AKIAOWN own\n\
            role arn:aws:iam::222222222222:role/Builder"),
    },
    Case {
        what: "session name and external id go with the role that has them",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            role_session_name = nightly
            source_profile = between
            [profile between]
            role_arn = arn:aws:iam::222222222222:role/Builder
            external_id = partner-7
            source_profile = keys
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = of-keys",
        comes_of_it: Ok("keys AKIAKEYS of-keys\n\
            role arn:aws:iam::222222222222:role/Builder, external id partner-7\n\
            role arn:aws:iam::333333333333:role/Deployer, session nightly"),
    },
    Case {
        what: "roles follow each other from the keys outwards",
        config: "
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = of-keys
            [profile first]
            role_arn = arn:aws:iam::222222222222:role/First
            source_profile = keys
            [profile second]
            role_arn = arn:aws:iam::333333333333:role/Second
            source_profile = first
            [profile work]
            role_arn = arn:aws:iam::444444444444:role/Third
            source_profile = second",
        comes_of_it: Ok("keys AKIAKEYS of-keys\n\
            role arn:aws:iam::222222222222:role/First\n\
            role arn:aws:iam::333333333333:role/Second\n\
            role arn:aws:iam::444444444444:role/Third"),
    },
    Case {
        what: "a source with keys is the base, whatever role and source it names too",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            source_profile = between
            aws_access_key_id = AKIANEVER
            aws_secret_access_key = never
            [profile between]
            role_arn = arn:aws:iam::222222222222:role/NeverAssumed
            source_profile = keys
            aws_access_key_id = AKIABETWEEN
            aws_secret_access_key = of-between
            [profile keys]
            aws_access_key_id = AKIANEVER
            aws_secret_access_key = never",
        comes_of_it: Ok("keys AKIABETWEEN of-between\n\
            role arn:aws:iam::333333333333:role/Deployer"),
    },
    Case {
        what: "the machine's own role signs for another one",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            credential_source = Ec2InstanceMetadata",
        comes_of_it: Ok("the machine's role\n\
            role arn:aws:iam::222222222222:role/Builder"),
    },
];
