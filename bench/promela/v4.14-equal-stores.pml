/*
 * Linux 4.14, ext4 with DAX: `load a; store a` by STORES threads of one address space through a shared writable
 * mapping, and fsync(2) by one more process. Page a is a hole at first.
 *
 * Written by hand from fs/dax.c, fs/ext4/file.c, fs/ext4/inode.c and mm/memory.c, at the grain of faultline's own model
 * of the case (`a=hole: load a; store a || load a; store a || load a; store a || fsync`): a section under a spinlock is
 * one step (d_step), a sleeping lock is taken and released in one step each. It is not made by `faultline export`.
 * Nobody takes mmap_sem or i_mmap_sem for writing, freezes the filesystem, or changes i_size here.
 */
#ifndef STORES
#define STORES 3
#endif

/* the PTE of page a: of the block it is read-only and clean, or writable and dirty */
#define NONE      0
#define ZERO_PAGE 1
#define BLOCK_RO  2
#define BLOCK_RW  3
unsigned pte : 2;

/* its radix-tree entry, with the lock bit and the two tags */
#define NIL   0
#define EMPTY 1
#define ZERO  2
#define BLK   3
unsigned slot : 2;
bit locked, dirty, towrite;
/* exclusive waiters for the lock bit, first come first served; who is woken is taken off */
chan wq = [STORES + 1] of { byte };
#define awake (!(wq??[eval(_pid)]))

/* the extent, and whose store is in the block: as the CPUs see it, and on the media */
bit allocated;
unsigned mem : STORES;
unsigned media : STORES;

bit mtime_new;
unsigned sb_pagefault : 3;
unsigned i_mmap_sem : 3;
unsigned mmap_sem : 3;

/* grab_mapping_entry() with get_unlocked_mapping_entry() */
inline grab_mapping_entry(found)
{
	do
	:: awake && slot == NIL ->	/* tree_lock dropped: radix_tree_preload() */
		if
		:: d_step { slot == NIL; slot = EMPTY; locked = 1; found = EMPTY }; break
		:: slot != NIL		/* taken meanwhile: restart */
		fi
	:: d_step { awake && slot != NIL && !locked; locked = 1; found = slot }; break
	:: d_step { awake && locked; wq!_pid }	/* prepare_to_wait_exclusive(), schedule() */
	od
}

/* dax_unlock_mapping_entry(): the wake-up comes after tree_lock */
inline dax_unlock_mapping_entry()
{
	locked = 0;
	dax_wake_mapping_entry_waiter()
}

inline dax_wake_mapping_entry_waiter()
{
	atomic {
		if
		:: nempty(wq) -> wq?_
		:: empty(wq)
		fi
	}
}

/* the load's side of ->fault() */
inline dax_read_fault()
{
	i_mmap_sem++;
	true;			/* dax_iomap_pte_fault(): pos < i_size */
	grab_mapping_entry(entry);
	if
	:: !allocated ->	/* ext4_iomap_begin(): HOLE; dax_load_hole() */
		d_step {
			if
			:: entry != BLK -> slot = ZERO
			:: else
			fi;
			entry = NIL
		};
		pte = (pte == NONE -> ZERO_PAGE : pte)	/* insert_pfn(), or -EBUSY */
	:: allocated ->		/* MAPPED; dax_insert_mapping() */
		do
		:: unmap_zero_page()
		:: d_step { entry != ZERO; slot = BLK; entry = NIL }; break
		od;
		pte = (pte == NONE -> BLOCK_RO : pte)
	fi;
	dax_unlock_mapping_entry();
	i_mmap_sem--
}

/* dax_insert_mapping_entry() of a block where the zero page is: unmap_mapping_range() first */
inline unmap_zero_page()
{
	d_step { entry == ZERO; pte = NONE; entry = EMPTY }
}

/* the store's side of ->fault() and ->pfn_mkwrite() */
inline dax_write_fault()
{
	sb_pagefault++;
	mtime_new = 1;		/* file_update_time() */
	i_mmap_sem++;
	true;			/* dax_iomap_pte_fault(): pos < i_size */
	grab_mapping_entry(entry);
	allocated = 1;		/* ext4_iomap_begin(WRITE): allocates, or finds the block */
	do
	:: unmap_zero_page()
	:: d_step { entry != ZERO; slot = BLK; dirty = 1; entry = NIL }; break
	od;
	atomic {		/* insert_pfn() with mkwrite */
		assert(pte != ZERO_PAGE);	/* WARN_ON_ONCE(pte_pfn(*pte) != pfn) */
		pte = BLOCK_RW
	};
	dax_unlock_mapping_entry();
	i_mmap_sem--;
	sb_pagefault--
}

/* handle_pte_fault() under mmap_sem: *pte is read without a lock, and again under the page-table lock */
inline read_fault()
{
	mmap_sem++;
	if
	:: pte == NONE -> dax_read_fault()
	:: pte != NONE -> true		/* spurious, or changed: the load is tried again */
	fi;
	mmap_sem--
}

inline write_fault()
{
	mmap_sem++;
	if
	:: pte == NONE -> dax_write_fault()
	:: d_step { pte != NONE; orig_pte = pte };
		if
		:: d_step { pte == orig_pte && pte != BLOCK_RW; orig_pte = NONE }; dax_write_fault()
		:: d_step { pte != orig_pte || pte == BLOCK_RW; orig_pte = NONE }
		fi
	fi;
	mmap_sem--
}

active [STORES] proctype thread()
{
	unsigned entry : 2;
	unsigned orig_pte : 2;

	do
	:: pte != NONE -> break
	:: pte == NONE -> read_fault()
	od;
	do
	:: d_step { pte == BLOCK_RW; mem = mem | (1 << _pid) }; break
	:: pte != BLOCK_RW -> write_fault()
	od;
end:	false
}

active proctype fsync()
{
	if
	:: slot == NIL -> goto out	/* nrexceptional == 0 */
	:: slot != NIL
	fi;
	towrite = dirty;		/* tag_pages_for_writeback() */
	if
	:: !towrite -> goto out		/* find_get_entries_tag() */
	:: towrite
	fi;
	slot == BLK;			/* the slot is read after the tag: a tagged entry is a block's */
	do				/* dax_writeback_one() */
	:: d_step { awake && locked; wq!_pid }
	:: d_step { awake && !locked; locked = 1; towrite = 0 }; break
	od;
	pte = (pte == BLOCK_RW -> BLOCK_RO : pte);	/* dax_mapping_entry_mkclean() */
	media = mem;			/* dax_flush() */
	dirty = 0;
	dax_unlock_mapping_entry();
out:	true;				/* returns 0 */
end:	false
}
