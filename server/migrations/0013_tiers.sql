-- Versions of the classifier are what explanations and audit records refer to: they stay as they are, whoever asks.
create trigger tier_rule_versions_kept before update or delete or truncate on tier_rule_versions for each statement execute function refuse_edit();

-- Checked when a statement ends, so that one statement can put the list into another order.
alter table tiers
    drop constraint tiers_position_unique,
    add constraint tiers_position_unique unique (position) deferrable initially immediate,
    add constraint tiers_receipt_prefix_form check (receipt_prefix ~ '^[A-Z][A-Z0-9]{0,15}$');
