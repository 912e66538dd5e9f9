-- For whoever asks for everything that is held on a player.
CREATE INDEX bets_by_player ON bets (player, vendor, id);
